"""A plan as lines, as a person confirms it: totals first, then every change, dangers before anything else."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from brcc_tui.model.changes.plan import Action, Change, Danger, Plan, RefusalCode
from brcc_tui.model.few_of_many import plural
from brcc_tui.model.listing import Listing
from brcc_tui.model.shows.sharing import offers_of
from brcc_tui.model.shows.show import Show
from brcc_tui.model.shows.standing import standing_of_shows
from brcc_tui.widgets.glyphs import Glyphs
from brcc_tui.widgets.names import called_apart, listing_name, shop_name, with_names
from brcc_tui.widgets.numbers import quantity_text
from brcc_tui.widgets.paint import Line, Span, line
from brcc_tui.widgets.text import fit, width, wrap
from brcc_tui.widgets.when import say_start

DANGERS: Mapping[Danger, str] = {
    Danger.CLOSES_SALES: "this closes sales",
    Danger.BEYOND_ROOM: "more than the room has seats for",
    Danger.FROM_ZERO: "it is at 0: staff close sales that way",
    Danger.FROM_UNLIMITED: "it has no limit now",
    Danger.HIDES: "the ticket class will be hidden",
    Danger.UNHIDES: "the ticket class will be shown again",
    Danger.CHECKOUT_UNKNOWN: "how many places are in checkout is not known",
    Danger.UNCONFIRMED_PAIRING: "nobody has confirmed that these listings share a room",
}
"""What a danger means, in words."""


_NUMBERS = 42
"""Cells of the numbers of a change: capacity, sold, held, still on sale."""

_NAME = 18
"""Cells before the name of a listing: what is done, and the shop."""

_ROOMY = 76
"""From so many cells on both sums of a plan stand on one line."""

_SIDE_BY_SIDE = 92
"""From so many cells on a listing's name and its numbers stand on one line: below that the name gets all of it."""


_LONGEST, _END = 90, 34
"""Cells of a name in a question, for the numbers must stay in sight; so many of them are of its end, where the ticket
class or the id stands that tells it from another one.
"""


def plan_title(plan: Plan, shows: Iterable[Show], now: dt.datetime) -> str:
    """`Change 2 listings of tonight 20:00, Friday Night`: the show is called as in the lists, not by a listing."""
    listings = [change.listing for change in plan.changes]
    if not listings:
        return "Nothing needs to be changed" if _stands_as_wanted(plan) else "Nothing can be changed"
    many = f"{len(listings)} {plural('listing', len(listings))}"
    starts = {listing.starts_at for listing in listings}
    first = listings[0]
    if len(starts) == 1 and first.starts_at is not None:
        return f"Change {many} of {say_start(first.starts_at, now)}, {_short(_title_in_lists(first, shows))}"
    return f"Change {many} of {len(starts)} shows" if len(starts) > 1 else f"Change {many}: {_short(first.title)}"


def _short(name: str, more: str = "…") -> str:
    """A name as far as a question has room for it: its beginning and its end."""
    if width(name) <= _LONGEST:
        return name
    end = name[-_END:]
    while width(end) > _END:
        end = end[1:]
    return f"{fit(name, _LONGEST - _END, more=more).rstrip()}{end.lstrip()}"


def _names(listings: Collection[Listing], glyphs: Glyphs) -> Mapping[str, str]:
    """What each is called, by its id: shortened, unless that makes it look like another one."""
    whole = called_apart(listings)
    short = {x.id: _short(whole[x.id], glyphs.more) for x in listings}
    many = Counter((x.platform, x.starts_at, short[x.id]) for x in listings)
    return {x.id: (short if many[x.platform, x.starts_at, short[x.id]] == 1 else whole)[x.id] for x in listings}


def _stands_as_wanted(plan: Plan) -> bool:
    """Whether what is left as it is stands as wanted already: nothing was refused for another reason."""
    return all(refusal.code is RefusalCode.NO_CHANGE for refusal in plan.refused)


def _title_in_lists(listing: Listing, shows: Iterable[Show]) -> str:
    """What the show of the listing is called in the lists; the listing's own title where it belongs to none."""
    of_it = (show.title for show in shows if any(each.id == listing.id for each in show.listings))
    return next(of_it, listing.title)


def plan_lines(
    plan: Plan, shows: Sequence[Show], listings: Mapping[str, Listing], now: dt.datetime, glyphs: Glyphs, cells: int
) -> list[Line]:
    """Everything that the confirmation shows. `listings` are those that are known, for their names."""
    lines = _totals(plan, shows, glyphs, cells) if plan.changes else []
    lines += [line()]
    if plan.changes and cells >= _SIDE_BY_SIDE:
        lines.append(_header(cells))
    several = len({change.listing.starts_at for change in plan.changes}) > 1
    names = _names([change.listing for change in plan.changes], glyphs)
    before: dt.datetime | None = None
    for change in plan.changes:
        start = change.listing.starts_at
        if several and start is not None and start != before:
            lines.append(line((f" {say_start(start, now)}", "title"), (f"  {change.listing.title}", "dim")))
        before = start
        lines += _change(change, names[change.listing.id], glyphs, cells)
    return [*lines, *_refused(plan, listings, now, glyphs, cells)]


def _refused(plan: Plan, listings: Mapping[str, Listing], now: dt.datetime, glyphs: Glyphs, cells: int) -> list[Line]:
    if not plan.refused:
        return []
    alike = _stands_as_wanted(plan)
    words = "left as they are" if alike else "not possible, left as they are"
    lines = [line(), line((f" {len(plan.refused)} {words}", "dim" if alike else "warn"))]
    for refusal in plan.refused:
        listing = listings.get(refusal.listing_id)
        name = listing_name(listing, now) if listing else refusal.listing_id
        reason = with_names(refusal.reason, listings, now, of=refusal.listing_id)
        lines += _wrapped(f"{name}: {reason}", "dim", cells, glyphs.hollow)
    return lines


def _totals(plan: Plan, shows: Sequence[Show], glyphs: Glyphs, cells: int) -> list[Line]:
    found = standing_of_shows(shows, plan.changes)
    if found is None:
        return _wrapped(
            "These listings are of no show that is known: nobody knows how many seats are free.", "dim", cells, ""
        )
    then = found.then_twice
    tone = "good" if then == 0 else "bad" if isinstance(then, int) else "warn"
    now_on, then_on = quantity_text(found.offered, glyphs), quantity_text(found.then_offered, glyphs)
    offers = f"{now_on} {glyphs.arrow} {then_on} for {quantity_text(found.free, glyphs)} seats left"
    offered = line(" On sale: ", (offers, "strong"), ".  ")
    left = line(
        " Could be sold twice: ",
        (f"{quantity_text(found.twice, glyphs)} {glyphs.arrow} {quantity_text(then, glyphs)}", tone),
    )
    lines = [(*offered, *left)] if cells >= _ROOMY else [offered, left]
    if found.doubtful != 0:
        words = (
            f"{quantity_text(found.doubtful, glyphs)} of those on sale then are in doubt: perhaps no seats of the show"
        )
        lines += _wrapped(words, "accent", cells, glyphs.unknown)
    return lines


def _header(cells: int) -> Line:
    return (
        Span(" " * max(cells - _NUMBERS, 10)),
        Span(f"{'capacity':>13} {'sold':>6} {'held':>5} {'still on sale':>14}", "dim"),
    )


def _change(change: Change, name: str, glyphs: Glyphs, cells: int) -> list[Line]:
    listing, before, after = change.listing, change.before, change.after
    word = {Action.CLOSE: "close", Action.REOPEN: "reopen"}.get(change.action, "lower" if change.lowers else "raise")
    shop = shop_name(listing.platform)
    capacity = f"{quantity_text(before.capacity, glyphs)} {glyphs.arrow} {quantity_text(after.capacity, glyphs)}"
    offer = f" {glyphs.arrow} ".join(quantity_text(offered, glyphs) for offered in offers_of(change))
    sold, held = quantity_text(before.sold, glyphs), quantity_text(before.held, glyphs)
    tone = "note" if change.lowers else "accent"
    if cells >= _SIDE_BY_SIDE:
        room = max(cells - _NUMBERS - _NAME - 1, 6)
        first, *more = wrap(name, room)
        numbers = (Span(f"{capacity:>13}", "strong"), Span(f" {sold:>6} {held:>5} "), Span(f"{offer:>14}", "strong"))
        lines = [(*line((f" {word:<6}", tone), f"{shop:<11}{fit(first, room)} "), *numbers)]
        lines += [line(" " * _NAME + part) for part in more]
    else:
        first, *more = wrap(f"{shop} {name}", cells - 10)
        lines = [
            line((f" {word:<6} ", tone), first),
            *(line(" " * 8 + part) for part in more),
            *_numbers_below(capacity, offer, f"{sold} sold, {held} held", cells),
        ]
    for danger in change.dangers:
        lines += _wrapped(DANGERS[danger], "bad", cells, glyphs.warning)
    for warning in change.warnings:
        lines += _wrapped(warning, "warn", cells, glyphs.warning)
    lines += _wrapped(change.call, "dim", cells, " ")
    return lines


def _numbers_below(capacity: str, offer: str, taken: str, cells: int) -> list[Line]:
    """What changes, and what is taken: on one line if all of it fits, for no number may be cut off."""
    changes = line("   capacity ", (capacity, "strong"), ", on sale ", (offer, "strong"))
    whole = line(*changes[:2], f", {taken}", *changes[2:])
    return [whole] if sum(width(span.text) for span in whole) <= cells else [changes, line(f"   {taken}")]


def _wrapped(text: str, tone: str, cells: int, sign: str) -> list[Line]:
    first, *more = wrap(text, max(cells - 11, 10))
    return [line((f"        {sign} {first}", tone)), *(line((f"          {rest}", tone)) for rest in more)]
