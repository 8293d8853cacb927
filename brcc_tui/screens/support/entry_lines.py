"""A journal entry, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from brcc_tui.model.changes.plan import Outcome
from brcc_tui.model.finding.sorting import SortOrder, SortValue, arranged
from brcc_tui.model.finding.subject import Candidate, of_text
from brcc_tui.model.finding.words import text_words
from brcc_tui.model.listing import Listing
from brcc_tui.operations.changes.history import about, is_of_venue
from brcc_tui.operations.changes.outcome_words import BRIEF_OUTCOMES, OUTCOME_WORDS, STATE_WORDS
from brcc_tui.store.journal_faults import DAMAGED
from brcc_tui.widgets.glyphs import Glyphs
from brcc_tui.widgets.names import shop_mark, with_names
from brcc_tui.widgets.paint import Line, Span, line
from brcc_tui.widgets.plan_lines import DANGERS
from brcc_tui.widgets.text import fit, fit_name, width
from brcc_tui.widgets.when import say_briefly, say_exactly, say_moment, say_start, start_width

if TYPE_CHECKING:
    from brcc_tui.store.journal_entries import Entry


_ROOMY: Final = 76
"""From so many cells on a row tells who changed it and how that ended in words."""


_WIDE: Final = 96
"""From so many cells on the moment has its weekday, and who changed it more room."""

_CHANGE: Final = 9
"""Cells of from what to what."""


@dataclass(frozen=True, slots=True)
class Widest:
    """Cells of the longest of who changed and how that ended, among the changes of a list."""

    who: int = 0
    end: int = 0
    brief: int = 0
    """Cells of how it ended in few words."""
    alike: frozenset[str] = frozenset()
    """Listings that title and time do not tell apart."""


def widest_of(entries: Iterable[Entry], alike: frozenset[str], glyphs: Glyphs) -> Widest:
    """What the columns of these need: the rest is for the names of the shows."""
    who = end = brief = 0
    for entry in entries:
        who, end = max(who, width(entry.actor)), max(end, width(_outcome_of(entry, glyphs)[2]))
        brief = max(brief, width(_in_brief(entry, glyphs)))
    return Widest(who, end, brief, alike)


def _outcome_of(entry: Entry, glyphs: Glyphs) -> tuple[str, str, str]:
    """Sign, tone and words for how a change ended, or that its record is broken."""
    if entry.damage is not None:
        return glyphs.failed, "bad", "damaged"
    if entry.outcome is None:
        return glyphs.running, "warn", "not settled"
    kind, tone, words = OUTCOME_WORDS[Outcome(entry.outcome)]
    return glyphs.ended(kind), tone, words


def is_open(entry: Entry) -> bool:
    """Whether it never settled: it has no outcome, or nobody knows which."""
    return entry.damage is None and entry.outcome in (None, Outcome.UNCLEAR.value)


def _in_brief(entry: Entry, glyphs: Glyphs) -> str:
    """How it ended, in few words."""
    words = _outcome_of(entry, glyphs)[2]
    return BRIEF_OUTCOMES.get(Outcome(entry.outcome), words) if entry.outcome and entry.damage is None else words


def night_of(entry: Entry, listing: Listing | None = None) -> dt.datetime | None:
    """When the show begins whose listing was changed, by the clock on its own wall; the listing knows best."""
    if listing is not None:
        return listing.starts_at
    return dt.datetime.fromisoformat(entry.show.partition("@")[0]) if entry.show else None


def _venue_words(entry: Entry) -> str:
    """What was said about the venue, without its numbers; empty for a change of a listing."""
    if entry.action == DAMAGED:
        return f"{entry.id}: {entry.damage}"
    return f"{about(entry)}{f' ({entry.reason})' if entry.reason else ''}" if is_of_venue(entry) else ""


def _from_to(entry: Entry, glyphs: Glyphs) -> str:
    """From what to what; of words only what it came to."""
    before = "?" if entry.before is None else entry.before
    if entry.action == DAMAGED:
        return "?"
    words = any(isinstance(part, str) for part in (entry.before, entry.after)) and is_of_venue(entry)
    return str(entry.after) if words else f"{before} {glyphs.arrow} {entry.came_to}"


ENTRY_ORDER: Final = SortOrder("time", True, ("time", "show", "who", "outcome"), ("time",))
"""What changes can be sorted by, the newest first to begin with."""

_PLACES: Final[Mapping[str, Callable[[Entry], SortValue | None]]] = {
    "show": lambda entry: entry.show,
    "who": lambda entry: entry.actor.casefold(),
    "outcome": lambda entry: OUTCOME_WORDS[Outcome(entry.outcome)][2] if entry.outcome else entry.damage or "",
}
"""Where a change stands by each of them; those that never settled come before every outcome."""


def in_order_of(entries: Sequence[Entry], order: SortOrder) -> list[Entry]:
    """Changes that stand newest first as the journal has them, sorted; in order of time the journal's own counts."""
    if order.column == "time":
        return list(entries if order.falling else entries[::-1])
    return arranged(entries, _PLACES[order.column], falling=order.falling)


def entry_subject(entry: Entry, title: str) -> Candidate:
    """How a change is found: by its night as everywhere (`sat 8`), and by its own words."""
    name = title or _venue_words(entry)
    parts = (entry.id, entry.listing, name, entry.show or "", entry.actor, entry.action, entry.reason,
             entry.outcome or "not settled", entry.digest, entry.damage or "")  # fmt: skip
    return of_text(text_words(" ".join(parts)), night_of(entry))


def entry_line(
    entry: Entry, listing: Listing | None, cells: int, glyphs: Glyphs, now: dt.datetime, widest: Widest
) -> Line:
    """A change in a row: when, which shop, of which show, from what to what, how it ended; by whom where there is room.

    Where there is little, the outcome is its sign alone: nothing of the show's name goes for it.
    """
    sign, tone, words = _outcome_of(entry, glyphs)
    start = _night_words(entry, listing, now)
    alike = width(start) if start and listing and listing.id in widest.alike else None
    title = f"{start}{_name_of(entry, listing)}"
    roomy = cells >= _ROOMY
    moment = say_when(entry, lambda at: say_moment(at, now) if cells >= _WIDE else say_briefly(at, now))
    moment = fit(moment, _moment_width(cells), more="")
    change, most = _from_to(entry, glyphs), max(_CHANGE, cells * 2 // 5)
    numbers = f"{change:>{_CHANGE}}" if width(change) <= most else fit(change, most, more=glyphs.more)
    middle, who, end = _shares(cells, width(numbers), widest)
    if width(words) > end - 2:
        words = _in_brief(entry, glyphs)
    actor = f" {_who(entry.actor, who - 1, glyphs)}" if who else ""
    return (
        Span(f" {moment} "), Span(f"{shop_mark(entry.listing):<2} ", "note"),
        Span(_named(title, middle - who, alike, glyphs)),
        Span(f" {numbers}", "strong"), Span(actor, "dim"),
        Span(f"  {sign} ", tone), Span(fit(words, end - 2, more=glyphs.more) if roomy else "", tone),
    )  # fmt: skip


def _night_words(entry: Entry, listing: Listing | None, now: dt.datetime) -> str:
    """When its show begins, with a blank behind: two weeks of one show have the same title. Empty for none."""
    night = night_of(entry, listing)
    return f"{say_start(night, now)} " if night is not None else ""


def _name_of(entry: Entry, listing: Listing | None) -> str:
    """What was changed by name; a listing that is not known by its id, what was said about the venue in its words."""
    if listing is not None:
        return f"{listing.title}  {listing.slot or ''}".rstrip()
    return entry.listing or _venue_words(entry)


def _who(actor: str, cells: int, glyphs: Glyphs) -> str:
    """Who it was; where there is little room by name alone, without the computer."""
    return fit(actor if width(actor) <= cells else actor.partition("@")[0], cells, more=glyphs.more)


def say_when(entry: Entry, say: Callable[[dt.datetime], str]) -> str:
    """When it was written, in the words of `say`; a broken row may not tell."""
    return say(entry.at) if entry.at else "not known"


def entry_header(cells: int, widest: Widest) -> Line:
    """The names of the columns, dim."""
    middle, who, _ = _shares(cells, _CHANGE, widest)
    text = f" {fit('when', _moment_width(cells))}    {fit('show', middle - who)} {'change':>{_CHANGE}}"
    if cells >= _ROOMY:
        text += f"{fit(' by', who)}    outcome"
    return (Span(fit(text, cells, more=""), "dim"),)


def _moment_width(cells: int) -> int:
    return start_width() - (0 if cells >= _WIDE else 4)


def _shares(cells: int, numbers: int, widest: Widest) -> tuple[int, int, int]:
    """Cells of the show's name and of who changed it together, of the latter alone, and of how it ended."""
    roomy = cells >= _ROOMY
    words = widest.end if widest.end + 2 <= max(20, cells // 6) else widest.brief
    end = max(words, len("outcome")) + 2 if roomy else 2
    middle = cells - _moment_width(cells) - numbers - end - 8
    most = min(20, middle // 3) if cells >= _WIDE else middle // 4
    return middle, min(widest.who + 1, most) if roomy and widest.who else 0, end


def _named(title: str, cells: int, alike: int | None, glyphs: Glyphs) -> str:
    if alike is None:
        return fit(title, cells, more=glyphs.more)
    return fit_name(title, cells, more=glyphs.more, after=alike)


def entry_lines(entry: Entry, listings: Mapping[str, Listing], glyphs: Glyphs, now: dt.datetime) -> Iterable[Line]:
    """A change in full: what, who, why, and every move with its numbers. Sentences name other listings as these do."""
    sign, tone, words = _outcome_of(entry, glyphs)
    yield line((f"{sign} {words}", tone))
    if entry.damage is not None:
        yield line((entry.damage, "bad"))
    yield line()
    if entry.action == DAMAGED:
        moment = say_when(entry, lambda at: f"about {_exactly(at, now)}, as far as is known")
        yield line(("When      ", "dim"), moment)
        yield line("Nothing of it can be believed. W shows the way out, if it is of a change.")
    else:
        yield from _whole_lines(entry, listings, glyphs, now)


def _whole_lines(entry: Entry, listings: Mapping[str, Listing], glyphs: Glyphs, now: dt.datetime) -> Iterable[Line]:
    """What is told of an entry that can be believed."""
    listing = listings.get(entry.listing)
    before = "unknown" if entry.before is None else entry.before
    if listing is not None:
        yield line(("Listing   ", "dim"), (f"{listing.title}  {listing.slot or ''}", "strong"))
    night = night_of(entry, listing)
    if night is not None:
        yield line(("Begins    ", "dim"), (say_exactly(night), "strong"))
    if is_of_venue(entry):
        yield line(("Said of   ", "dim"), (about(entry), "strong"))
    else:
        yield line(("Id        ", "dim"), entry.listing)
    yield line(("Change    ", "dim"), (f"{entry.action} {before} {glyphs.arrow} {entry.came_to}", "strong"))
    yield line(("When      ", "dim"), say_when(entry, lambda at: _exactly(at, now)))
    yield line(("Who       ", "dim"), entry.actor)
    if entry.reason:
        yield line(("Why       ", "dim"), entry.reason)
    if not is_of_venue(entry):
        yield from _moves(entry, listings, now)


def _exactly(at: dt.datetime, now: dt.datetime) -> str:
    return say_exactly(at.astimezone(now.tzinfo))


def _moves(entry: Entry, listings: Mapping[str, Listing], now: dt.datetime) -> Iterable[Line]:
    yield line(("Plan      ", "dim"), entry.digest)
    yield line()
    yield line(("Every move of it", "title"))
    for event in entry.events:
        moment = f"{event.at.astimezone(now.tzinfo):%H:%M:%S}"
        yield line((f" {moment}  ", "dim"), (STATE_WORDS.get(event.event, event.event.replace("_", " ")), "strong"))
        for name, value in event.said.items():
            words = with_names(value, listings, now, of=entry.listing) if isinstance(value, str) else value
            yield line((f"             {name.replace('_', ' ')}: ", "dim"), (_short(_in_words(name, words)), "dim"))


def _in_words(name: str, value: object) -> object:
    """A danger as the question before the write named it."""
    if name != "dangers" or not isinstance(value, list | tuple):
        return value
    known = {danger.value: words for danger, words in DANGERS.items()}
    return [known.get(str(one), one) for one in value]


def _short(value: object) -> str:
    if isinstance(value, Mapping):
        return _short(", ".join(f"{name} {part}" for name, part in value.items()) or "none")
    if isinstance(value, list | tuple):
        return _short(", ".join(map(_short, value)) or "none")
    text = "unknown" if value is None else str(value)
    return text if len(text) <= 600 else f"{text[:600]} (and {len(text) - 600:,} characters more)"
