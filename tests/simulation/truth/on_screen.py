"""What the screens say of each show, read from their painted rows and held against the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from textual.pilot import Pilot

from brcc_tui.app import BrccApp
from brcc_tui.model.listing import Flag, Listing, Platform
from brcc_tui.model.shows.show import Show
from brcc_tui.screens.state.desk import Desk
from brcc_tui.settings_checks import settings_from
from brcc_tui.widgets.rows import Rows
from brcc_tui.widgets.show_line import ShowColumns
from brcc_tui.widgets.text import width
from tests.simulation.truth.small_world import SmallClub
from tests.simulation.truth.world_truth import Truth, offer_of_all, truth_of

CELLS = 120
SCREENS = {"1": "dashboard", "2": "shows"}
"""The key of each screen that lists shows."""


MayBeMore = Callable[[Listing, Truth], int]
"""How much more than is so may be told of a listing, because nobody can know it."""


async def wrong_on_screen(world: SmallClub, settings: Mapping[str, str], more: MayBeMore) -> list[str]:
    """The shows of which a row says a number that is not so; and a screen without any row."""
    desk = Desk(settings_from(settings))
    app = BrccApp(desk)
    wrong: list[str] = []
    async with app.run_test(size=(160, 50)) as pilot:
        for key, name in SCREENS.items():
            await pilot.press(key)
            await _settled(pilot)
            assert getattr(app.screen, "NAME", "") == name
            rows = app.screen.query_one("#shows", Rows)
            lines = rows.text(None, CELLS).split("\n") if rows.rows else []
            shows = [getattr(row, "show", row) for row in rows.rows]
            compared = [(show, text) for show, text in zip(shows, lines, strict=True) if isinstance(show, Show)]
            wrong += [] if compared else [f"{name}: no show stands there"]
            wrong += [f"{name}: {words}" for show, text in compared for words in _wrong_in(world, show, text, more)]
    await desk.close()
    return wrong


async def _settled(pilot: Pilot[int]) -> None:
    await pilot.pause()
    while busy := [worker for worker in pilot.app.workers if not worker.is_finished]:
        await pilot.app.workers.wait_for_complete(busy)
        await pilot.pause()


def _wrong_in(world: SmallClub, show: Show, text: str, more: MayBeMore) -> Iterator[str]:
    """What a row says of seats sold and of what each shop offers, where that is not so."""
    columns = ShowColumns.within(CELLS)
    before = 1 + columns.when + 1 + columns.title + 1
    numbers = text[next(n for n in range(len(text)) if width(text[:n]) >= before) :]
    sold, offers = numbers[6:10].strip(), numbers[15 + (columns.bar and columns.bar + 1) + 5 :]
    truths = {each.id: truth_of(world, each.id) for each in show.listings}
    seats = [each for each in show.listings if Flag.NOT_A_SEAT not in each.flags]
    if sold not in ("?", f"{sum(truths[each.id].sold for each in seats):,}"):
        yield f"show {show.id} says {sold} sold: {text}"
    for place, platform in enumerate(Platform):
        said = offers[place * 5 : place * 5 + 5].strip()
        listings = [each for each in show.listings if each.platform is platform]
        if not _is_so(world, said, listings, more):
            yield f"show {show.id} says {said} at {platform}: {text}"


def _is_so(world: SmallClub, said: str, listings: list[Listing], more: MayBeMore) -> bool:
    if said == "?" or not listings:
        return said == ("?" if listings else "-")
    truths = {each.id: truth_of(world, each.id) for each in listings}
    seats = [each.id for each in listings if Flag.NOT_A_SEAT not in each.flags]
    truth = offer_of_all(world, seats, truths)
    if truth is None or not said.replace(",", "").isdigit():
        return (said == "shut" and truth == 0) or (said == "∞" and truth is None)
    return truth <= int(said.replace(",", "")) <= truth + sum(more(each, truths[each.id]) for each in listings)
