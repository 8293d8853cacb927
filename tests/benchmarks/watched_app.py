"""The application with a watcher beside it, who notes each time that the event loop stood still.

python watched_app.py FILE      writes one line for every gap: milliseconds
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

import brcc_tui.app
from brcc_tui.app import BrccApp
from brcc_tui.screens.state.desk import Desk
from brcc_tui.settings_file import load_settings

_BEAT, _NOTED = 0.002, 0.010
_OUT = Path(sys.argv[1])


class Watched(BrccApp):
    """The same screens."""

    CSS_PATH = Path(brcc_tui.app.__file__).with_name("app.tcss")

    def on_mount(self) -> None:
        """Begin to watch."""
        self.watcher = asyncio.get_running_loop().create_task(_watch())


async def _watch() -> None:
    with _OUT.open("a", buffering=1) as file:  # noqa: ASYNC230 - the watched one is the rest
        while True:
            before = time.perf_counter()
            await asyncio.sleep(_BEAT)
            gap = time.perf_counter() - before - _BEAT
            if gap >= _NOTED:
                file.write(f"{gap * 1000:.1f}\n")


if __name__ == "__main__":
    Watched(Desk(load_settings())).run()
