"""A plan in lines, as a person confirms it: totals first, then every change, dangers before anything else."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence

from brcc_tui.model.listing import Platform
from brcc_tui.model.plan import Action, Change, Danger, Plan
from brcc_tui.model.quantity import Quantity, add
from brcc_tui.model.show import Show
from brcc_tui.model.shows import sum_up
from brcc_tui.widgets.glyphs import Glyphs
from brcc_tui.widgets.numbers import say
from brcc_tui.widgets.paint import Line, Span, line
from brcc_tui.widgets.text import fit, wrap
from brcc_tui.widgets.when import say_start

DANGERS: Mapping[Danger, str] = {
    Danger.CLOSES_SALES: "this closes sales",
    Danger.BEYOND_ROOM: "more than the room has seats for",
    Danger.FROM_ZERO: "it stands at 0: staff close sales that way",
    Danger.FROM_UNLIMITED: "it has no limit now",
    Danger.HIDES: "the ticket class will be hidden",
    Danger.UNHIDES: "the ticket class will be shown again",
    Danger.UNCONFIRMED_PAIRING: "nobody has confirmed that these listings share a room",
}
"""What a danger means, in words."""


_NUMBERS = 50
"""Cells of the numbers of a change: capacity, sold, held, still on sale."""

_ROOMY = 76
"""From so many cells on a change and its numbers stand on one line."""


def title_of(plan: Plan, now: dt.datetime) -> str:
    """`Change 2 listings of tonight 20:00, Friday Night`."""
    listings = [change.listing for change in plan.changes]
    if not listings:
        return "Nothing can be changed"
    many = f"{len(listings)} listing{'s' if len(listings) > 1 else ''}"
    starts = {listing.starts_at for listing in listings}
    first = listings[0]
    if len(starts) == 1 and first.starts_at is not None:
        return f"Change {many} of {say_start(first.starts_at, now)}, {first.title}"
    return f"Change {many} of {len(starts)} shows" if len(starts) > 1 else f"Change {many}: {first.title}"


def plan_lines(plan: Plan, shows: Sequence[Show], now: dt.datetime, glyphs: Glyphs, cells: int) -> list[Line]:
    """Everything that the confirmation shows."""
    lines = _totals(plan, shows, glyphs, cells) if plan.changes else []
    lines += [line()]
    if plan.changes:
        lines.append(_header(cells))
    several = len({change.listing.starts_at for change in plan.changes}) > 1
    before: dt.datetime | None = None
    for change in plan.changes:
        start = change.listing.starts_at
        if several and start is not None and start != before:
            lines.append(line((f" {say_start(start, now)}", "title"), (f"  {change.listing.title}", "dim")))
        before = start
        lines += _change(change, glyphs, cells)
    if plan.refused:
        lines += [line(), line((f" {len(plan.refused)} not possible, left as they are", "warn"))]
        for refusal in plan.refused:
            lines += _wrapped(f"{refusal.listing_id}: {refusal.reason}", "dim", cells, glyphs.hollow)
    return lines


def _totals(plan: Plan, shows: Sequence[Show], glyphs: Glyphs, cells: int) -> list[Line]:
    changes = {change.listing.id: change for change in plan.changes}
    touched = [show for show in shows if any(listing.id in changes for listing in show.listings)]
    if not touched:
        return _wrapped("These listings belong to no show: nobody knows how many seats are free.", "dim", cells, "")
    before = [_with(show, changes, after=False) for show in touched]
    later = [_with(show, changes, after=True) for show in touched]
    free = add(*(_at_least_none(show.free) for show in before))
    standing = add(*(_at_least_none(show.exposure) for show in before))
    then = add(*(_at_least_none(show.exposure) for show in later))
    tone = "good" if then == 0 else "bad" if isinstance(then, int) else "warn"
    offers = f"{say(add(*(show.remaining for show in later)), glyphs)} for {say(free, glyphs)} free seats"
    offered = line(" On offer after this: ", (offers, "strong"), ".  ")
    left = line(" Could be left standing: ", (f"{say(standing, glyphs)} {glyphs.arrow} {say(then, glyphs)}", tone))
    return [(*offered, *left)] if cells >= _ROOMY else [offered, left]


def _with(show: Show, changes: Mapping[str, Change], *, after: bool) -> Show:
    """The show summed up with the plan's readings."""
    listings = [
        dataclasses.replace(x, reading=changes[x.id].after if after else changes[x.id].before) if x.id in changes else x
        for x in show.listings
    ]
    return sum_up(show.starts_at, show.room, listings, show.pairing)


def _at_least_none(quantity: Quantity) -> Quantity:
    return max(quantity, 0) if isinstance(quantity, int) else quantity


def _header(cells: int) -> Line:
    if cells < _ROOMY:
        return ()
    return (
        Span(" " * max(cells - _NUMBERS, 10)),
        Span(f"{'capacity':>13} {'sold':>6} {'held':>5} {'still on sale':>17}", "dim"),
    )


def _change(change: Change, glyphs: Glyphs, cells: int) -> list[Line]:
    listing, before, after = change.listing, change.before, change.after
    word = {Action.CLOSE: "close", Action.REOPEN: "reopen"}.get(change.action, "lower" if change.lowers else "raise")
    shop = "Eventbrite" if listing.platform is Platform.EVENTBRITE else "Shop"
    capacity = f"{say(before.capacity, glyphs)} {glyphs.arrow} {say(after.capacity, glyphs)}"
    offer = f"{say(before.remaining, glyphs)} {glyphs.arrow} {say(after.remaining, glyphs)}"
    sold, held = say(before.sold, glyphs), say(before.held, glyphs)
    tone = "note" if change.lowers else "accent"
    called = listing.slot or listing.title
    if cells >= _ROOMY:
        name = fit(called, max(cells - _NUMBERS - 19, 6), more=glyphs.more)
        numbers = (Span(f"{capacity:>13}", "strong"), Span(f" {sold:>6} {held:>5} "), Span(f"{offer:>17}", "strong"))
        lines = [(*line((f" {word:<6}", tone), f"{shop:<11}{name}"), *numbers)]
    else:
        lines = [
            line((f" {word:<6}", tone), f"{shop} {fit(called, cells - 9 - len(shop), more=glyphs.more)}"),
            line("        capacity ", (capacity, "strong"), f", {sold} sold, {held} held, on sale ", (offer, "strong")),
        ]
    for danger in change.dangers:
        lines += _wrapped(DANGERS[danger], "bad", cells, glyphs.warning)
    for warning in change.warnings:
        lines += _wrapped(warning, "warn", cells, glyphs.warning)
    lines += _wrapped(change.call, "dim", cells, " ")
    return lines


def _wrapped(text: str, tone: str, cells: int, sign: str) -> list[Line]:
    first, *more = wrap(text, max(cells - 11, 10))
    return [line((f"        {sign} {first}", tone)), *(line((f"          {rest}", tone)) for rest in more)]
