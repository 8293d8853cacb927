"""The first picture needs no network library, and of our own modules few: each would be a part of the time to it."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

from brcc_tui.operations.context import open_local_stores
from brcc_tui.settings_checks import settings_from

HEAVY = (
    "httpx", "pydantic", "aiomysql", "pymysql", "rapidfuzz", "tenacity", "psutil", "brcc_tui.sandbox",
    "argparse", "ctypes", "html", "brcc_tui.model.changes", "brcc_tui.model.finding.query",
    "brcc_tui.platforms.timings", "brcc_tui.store.journal_entries",
)  # fmt: skip
OURS = 102
"""Modules and packages of this program; half of their time makes their dataclasses."""


def test_the_first_picture_imports_nothing_heavy(tmp_path: Path) -> None:
    names = {
        "PRIVATE_TOKEN": "invented", "EVENTBRITE_API_URL": "http://127.0.0.1:9",
        "BRCC_PROFILE": "practice", "BRCC_DATA_DIR": str(tmp_path),
    }  # fmt: skip
    open_local_stores(settings_from(names)).venue.rules()  # its file is there from the first start on
    script = f"""
        import asyncio, sys
        from brcc_tui import cli, logs
        from brcc_tui.cli import application
        from brcc_tui.settings_checks import settings_from
        from brcc_tui.app import BrccApp
        from brcc_tui.screens.state.desk import Desk

        assert cli._chosen([]).command is None
        settings = settings_from({names!r})
        logs.start_logging(settings.log_dir, settings.secrets())

        def begin(app):
            print(",".join(name for name in {HEAVY!r} if name in sys.modules))
            print(sum(name.partition(".")[0] == "brcc_tui" for name in sys.modules))
            print(logs._any_spelling.cache_info().currsize, logs._patterns.cache_info().currsize)
            app.exit()

        async def main():
            BrccApp._begin = begin
            app = BrccApp(Desk(settings))
            app.survive = False
            async with app.run_test(size=(120, 36)) as pilot:
                await pilot.pause()

        asyncio.run(main())
    """
    file = tmp_path / "first.py"
    file.write_text(textwrap.dedent(script), encoding="utf-8")
    done = subprocess.run([sys.executable, str(file)], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    heavy, ours, expressions, *_ = done.stdout.splitlines()
    assert heavy == ""
    assert int(ours) <= OURS
    assert expressions == "0 0", "what hides secrets is made when something is written"
