"""The pictures of the README, made from the practice club: `python tests/gallery.py`.

The club is invented with a fixed seed; only its dates follow the day on which the pictures are made.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from pathlib import Path

from textual.pilot import Pilot

from brcc_tui.app import BrccApp
from brcc_tui.cli.practice import practice_club
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.context import open_context
from brcc_tui.screens.state.desk import Desk
from brcc_tui.settings import Settings
from brcc_tui.settings_checks import settings_from

FOLDER = Path(__file__).parent.parent / "assets" / "screens"

_TONIGHT = "ctrl+p 8 p m space t o n i g h t enter"
"""To the show of both shops at eight, whatever odd things the day has besides."""

GALLERY = {
    "dashboard": ((120, 36), ""),
    "shows": ((120, 36), _TONIGHT),
    "compare": ((120, 36), f"{_TONIGHT} space 3 wait plus right minus"),
    "manager": ((120, 36), "5 slash 8 p m enter down down down"),
    "confirmation": ((120, 36), f"{_TONIGHT} space 3 wait minus right minus w"),
    "dashboard-low": ((80, 24), ""),
}
"""Name: the terminal's size, and the keys that lead there."""


class GalleryDesk(Desk):
    """The practice club's port is another one each time: a picture shall not differ for that."""

    shop_name = "127.0.0.1:8080"


async def take(settings: Settings, name: str, size: tuple[int, int], keys: str) -> None:
    """One picture."""
    app = BrccApp(GalleryDesk(settings))
    async with app.run_test(size=size) as pilot:
        await rest(pilot)
        for key in keys.split():
            if key != "wait":
                await pilot.press(key)
            await rest(pilot)
        picture = app.export_screenshot(title="brcc-tui", simplify=True)
    columns, rows = size
    file = FOLDER / f"{name.removesuffix('-low')}-{columns}x{rows}.svg"
    # Without the rule that fetches a font from the network: every computer has a monospaced one.
    file.write_text(re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.S), encoding="utf-8")
    print(f"{file.name}: {file.stat().st_size / 1000:.0f} kB")


async def rest(pilot: Pilot[int]) -> None:
    """Until the shops have answered and everything is painted."""
    await pilot.pause(1.5)


def main() -> int:
    """Make all of them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[1:] or list(GALLERY)
    with practice_club(["--seed=7"]) as values, tempfile.TemporaryDirectory() as folder:
        settings = settings_from({**values, "BRCC_DATA_DIR": folder})

        async def fill() -> None:
            club = open_context(settings)
            await refresh(club, lambda _: None)
            await club.close()

        asyncio.run(fill())
        for name in wanted:
            asyncio.run(take(settings, name, *GALLERY[name]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
