"""Several readings at once: none takes another's place but the same question asked anew."""

from __future__ import annotations

import asyncio

from driving import Running, press, screen_text, settle
from fake_desk import FakeDesk

from brcc_tui.app import BrccApp


class _Held:
    """Live readings that are held back, and what became of each."""

    def __init__(self, desk: FakeDesk) -> None:
        self.gate, self._read = asyncio.Event(), desk.read_live
        self.ended: list[tuple[frozenset[str], str]] = []
        desk.read_live = self.read  # type: ignore[method-assign]

    async def read(self, ids, progress):
        end = "cancelled"
        try:
            await self.gate.wait()
            found = await self._read(ids, progress)
            end = "read"
        finally:
            self.ended.append((frozenset(ids), end))
        return found


async def test_r_on_one_show_after_the_other_reads_both(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    held = _Held(desk)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot, held=True)
        await press(pilot, "2", "r", "j", "r", held=True)
        assert "reading 2" in screen_text(app), "the dashboard's own reading goes on as well"
        held.gate.set()
        await settle(pilot)
        assert {end for _, end in held.ended} == {"read"}
        assert len(held.ended) == 3
        assert app.busy == ""


async def test_r_twice_on_one_show_reads_it_once(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    async with running() as pilot:
        held = _Held(desk)
        await press(pilot, "2", "r", "r", held=True)
        assert "reading 2 listings…" in screen_text(app)
        held.gate.set()
        await settle(pilot)
        assert sorted(end for _, end in held.ended) == ["cancelled", "read"]
        assert app.busy == ""
