"""The first picture needs no network library: each of them would be a tenth of the time until it stands."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

HEAVY = ("httpx", "pydantic", "aiomysql", "pymysql", "rapidfuzz", "tenacity", "psutil", "brcc_tui.sandbox")


def test_the_first_picture_imports_nothing_heavy(tmp_path: Path) -> None:
    script = f"""
        import asyncio, sys
        from brcc_tui.settings_checks import settings_from
        from brcc_tui.app import BrccApp
        from brcc_tui.screens.state.desk import Desk

        settings = settings_from({{
            "PRIVATE_TOKEN": "invented", "EVENTBRITE_API_URL": "http://127.0.0.1:9",
            "BRCC_PROFILE": "practice", "BRCC_DATA_DIR": {str(tmp_path)!r},
        }})

        def begin(app):
            print(",".join(name for name in {HEAVY!r} if name in sys.modules))
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
    assert done.stdout.strip() == ""
