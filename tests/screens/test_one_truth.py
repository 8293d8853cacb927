"""The same number of the same show is the same on every screen, and a result is on all of them once it is verified."""

from __future__ import annotations

import asyncio
import dataclasses
import re
from typing import Any

from driving import Running, press, screen_text
from fake_desk import FakeDesk

from brcc_tui.app import BrccApp
from brcc_tui.model.changes.plan import ChangeResult, Outcome, Result
from brcc_tui.model.offer import OfferRule, Terms
from brcc_tui.model.shows.sharing import listing_after
from brcc_tui.operations.changes.recorder import Step


def _held_at_verified(desk: FakeDesk) -> asyncio.Event:
    """Every change is verified at once, and then watched until the event is set."""
    settled = asyncio.Event()

    async def apply(confirmed: Any, reason: str, watch: Any, stop: Any) -> Result:
        changes = confirmed.plan.changes
        for change in changes:
            watch(Step(change.listing.id, "sent", ""))
            desk.listings[change.listing.id] = left = listing_after(change, change.after)
            watch(Step(change.listing.id, "verified", "", left, stands=True))
        await settled.wait()
        ended = tuple(
            ChangeResult(desk.listings[x.listing.id], Outcome.SETTLED, x.capacity, entry=f"c{n}")
            for n, x in enumerate(changes)
        )
        return Result(confirmed.plan, tuple(x.entry or "" for x in ended), ended)

    desk.apply = apply  # type: ignore[method-assign,assignment]
    return settled


async def test_closed_sales_say_so_on_all_screens_while_they_are_still_watched(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    settled = _held_at_verified(desk)
    async with running() as pilot:
        await press(pilot, "space", "enter")
        show = next(iter(app.board.upcoming(desk.now())))
        assert screen_text(app).count("on sale") >= len(show.listings)
        await press(pilot, "x")
        await press(pilot, *str(len(show.listings)), "enter", "escape", held=True)
        closed = next(one for one in app.board.shows if one.id == show.id)
        assert (closed.remaining, [listing.offer.value for listing in closed.listings]) == (0, [0, 0])
        for key, name in ("2", "shows"), ("3", "compare"):
            await press(pilot, key, held=True)
            assert getattr(app.screen, "NAME", "") == name
            rows = [row for row in screen_text(app).splitlines() if "8pm Show" in row or "General Adm" in row]
            assert rows
            assert not [row for row in rows if "on sale" in row]
        assert screen_text(app).count("closed") >= len(show.listings)
        settled.set()
        await press(pilot, "2")
        assert "on sale" not in "".join(row for row in screen_text(app).splitlines() if "8pm Show " in row)


async def test_one_show_has_one_total_wherever_it_stands(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    async with running() as pilot:
        show = next(iter(app.board.upcoming(desk.now())))
        await press(pilot, "space", "c")
        together = re.search(r"Together +\d+ capacity +(\d+) sold +(\d+) held +(\d+) on sale", screen_text(app))
        assert together is not None
        assert [int(number) for number in together.groups()] == [show.sold, show.held, show.remaining]
        (about,) = (item.text for item in app.board.attention(desk.now()) if item.target == show.id)
        assert f"{show.exposure} seats could be sold twice: {show.remaining} on sale" in about


async def test_the_question_shows_no_other_number_than_the_screens_behind_it(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    async with running() as pilot:
        listing = next(iter(app.board.upcoming(desk.now()))).listings[0]
        sold = dataclasses.replace(listing.reading, sold=26, remaining=5, read_at=desk.now())
        desk.listings[listing.id] = dataclasses.replace(listing, reading=sold)
        await press(pilot, "space", "c", "plus", "w")
        assert "26" in screen_text(app)
        assert app.board.listings[listing.id].reading.sold == 26


async def test_an_outcome_tells_the_capacity_that_stands_and_not_the_one_of_the_plan(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    async def apply(confirmed: Any, reason: str, watch: Any, stop: Any) -> Result:
        (change,) = confirmed.plan.changes
        left = listing_after(change, dataclasses.replace(change.after, capacity=29, remaining=5))
        watch(Step(change.listing.id, "settled", "", left, stands=True))
        return Result(confirmed.plan, ("c1",), (ChangeResult(left, Outcome.SETTLED, 29, entry="c1"),))

    desk.apply = apply  # type: ignore[method-assign,assignment]
    async with running() as pilot:
        await press(pilot, "space", "c", "plus", "w", "y")
        assert "31 → 29" in screen_text(app)
        assert "31 → 32" not in screen_text(app)


async def test_what_sells_on_without_a_stock_has_no_limit_wherever_it_stands(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    (key,) = (one for one in desk.listings if one.startswith("wc:4156:"))
    listing = dataclasses.replace(desk.listings[key], terms=Terms(endless=OfferRule.BACKORDERS))
    desk.listings[key] = dataclasses.replace(
        listing, title="Endless", reading=dataclasses.replace(listing.reading, capacity=13, remaining=0)
    )
    without_limit = app.glyphs.no_limit
    async with running() as pilot:
        await press(pilot, "5", "e")
        rows = [row for row in screen_text(app).splitlines() if "Endless" in row or "Overalls" in row]
        assert len(rows) > 1
        assert all(without_limit in row for row in rows), "its branches as its row"
        app.board.selected.append(key)
        await press(pilot, "3")
        assert re.search(rf"left +{without_limit}", screen_text(app)), "its card"
        await press(pilot, "equals_sign")
        assert f"{without_limit} left" in screen_text(app), "the question for its capacity"
