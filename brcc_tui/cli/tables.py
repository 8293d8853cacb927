"""Tables for people: plain aligned text, free of anything that a terminal would interpret."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from brcc_tui.cli.console import harmless
from brcc_tui.clock import on_the_wall
from brcc_tui.model.dates import day_and_time
from brcc_tui.model.few_of_many import so_many
from brcc_tui.model.quantity import Unknown, Unlimited
from brcc_tui.model.shows.sharing import offers_of
from brcc_tui.model.shows.standing import standing_of_shows
from brcc_tui.operations.changes.outcome_words import OUTCOME_WORDS

if TYPE_CHECKING:
    from brcc_tui.model.changes.plan import Change, Plan, Result
    from brcc_tui.model.listing import Listing
    from brcc_tui.model.quantity import Quantity
    from brcc_tui.model.shows.show import Show
    from brcc_tui.operations.catalogue.explain import Explanation
    from brcc_tui.operations.changes.damaged_journal import Damage
    from brcc_tui.operations.changes.recover import Recoverable
    from brcc_tui.operations.diagnostics.health import HealthReport
    from brcc_tui.store.journal_entries import Entry

_WIDEST = 40


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Aligned lines: numbers to the right, text to the left, over-long text cut."""
    cells = [[_cell(value) for value in row] for row in rows]
    numeric = [bool(cells) and all(_is_number(row[i]) for row in cells) for i in range(len(header))]
    widths = [max([_width(name), *(_width(row[i]) for row in cells)]) for i, name in enumerate(header)]
    return [
        "  ".join(_pad(text, width, right) for text, width, right in zip(row, widths, numeric, strict=True)).rstrip()
        for row in [list(header), *cells]
    ]


def _cell(value: object) -> str:
    text = harmless("" if value is None else str(value))
    return text if _width(text) <= _WIDEST or _is_id(text) else text[: _WIDEST - 1] + "…"


def _is_id(text: str) -> bool:
    return text.startswith(("wc:", "eb:"))


def _is_number(text: str) -> bool:
    return text in ("", "?", "no limit") or text.lstrip("-").isdecimal()


def _width(text: str) -> int:
    """Cells that the text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _pad(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space


def number(quantity: Quantity) -> str:
    """A number of seats as a person reads it; unknown is a question mark, never 0."""
    if isinstance(quantity, Unknown):
        return "?"
    return "no limit" if isinstance(quantity, Unlimited) else str(quantity)


def listings_table(listings: Iterable[Listing]) -> list[str]:
    """Every listing with its numbers, and what is unusual."""
    return table(
        ("id", "starts", "title", "slot", "capacity", "sold", "held", "left", "on offer", "status", "flags"),
        (
            (
                one.id,
                day_and_time(one.starts_at),
                one.title,
                one.slot,
                number(one.reading.capacity),
                number(one.reading.sold),
                number(one.reading.held),
                number(one.reading.remaining),
                number(one.offer.value),
                one.status.value,
                ", ".join(sorted(flag.value for flag in one.flags)),
            )
            for one in listings
        ),
    )


def shows_table(shows: Iterable[Show]) -> list[str]:
    """Every performance with its sums."""
    return table(
        (
            "show",
            "starts",
            "title",
            "seats",
            "sold",
            "held",
            "held back",
            "on sale",
            "in doubt",
            "free",
            "exposure",
            "listings",
            "flags",
        ),
        (
            (
                one.id,
                day_and_time(one.starts_at),
                one.title,
                one.room.seats,
                number(one.sold),
                number(one.held),
                one.held_back,
                number(one.remaining),
                number(one.doubtful),
                number(one.free),
                number(one.exposure),
                len(one.listings),
                ", ".join(sorted(flag.value for flag in one.flags)),
            )
            for one in shows
        ),
    )


def plan_table(plan: Plan, shows: Iterable[Show]) -> list[str]:
    """What a plan would change, as it is put before a person; `shows` are those that its listings may belong to."""
    many = len(plan.changes)
    lines = [f"plan {plan.digest}: {many} change{'' if many == 1 else 's'}"]
    if found := standing_of_shows(shows, plan.changes):
        offer = f"on sale {number(found.offered)} -> {number(found.then_offered)} for {number(found.free)} seats left"
        left = f"could be sold twice {number(found.twice)} -> {number(found.then_twice)}"
        lines.append(f"  {offer}; {left}")
        if found.doubtful != 0:
            lines.append(
                f"  {number(found.doubtful)} of what is on sale then is in doubt: it may be no seat of the show"
            )
    elif plan.changes:
        lines.append("  these listings are of no show that is known: nobody knows how many seats are free")
    for change in plan.changes:
        lines += _change_lines(change)
    return lines


def _change_lines(change: Change) -> list[str]:
    before, after, one = change.before, change.after, change.listing
    offered, then_offered = offers_of(change)
    numbers = (
        f"capacity {number(before.capacity)} -> {number(after.capacity)}, "
        f"on sale {number(offered)} -> {number(then_offered)}, "
        f"sold {number(before.sold)}, held {number(before.held)}"
    )
    lines = [f"  {change.action.value} {one.id}: {day_and_time(one.starts_at)}, {one.title}", f"    {numbers}"]
    lines += [f"    DANGER: {danger.value.replace('_', ' ')}" for danger in change.dangers]
    lines += [f"    note: {warning}" for warning in change.warnings]
    return [harmless(line) for line in [*lines, f"    {change.call}"]]


def result_lines(result: Result) -> list[str]:
    """How each change of a plan ended."""
    lines = []
    for change in result.changes:
        offered = change.offer
        words = f"{change.listing_id}: {OUTCOME_WORDS[change.outcome][2]}, capacity {number(change.reading.capacity)}"
        words += f", left {number(change.reading.remaining)}" if offered is None else f", on sale {number(offered)}"
        words += "" if change.read_since else " when it was planned"
        words += f", {change.sold_meanwhile} sold meanwhile" if change.sold_meanwhile else ""
        words += f" (entry {change.entry})" if change.entry else ""
        lines.append(harmless(f"{words}: {change.reason}" if change.reason else words))
    return lines


def explanation_lines(answer: Explanation) -> list[str]:
    """Every rule with its evidence, then where each number comes from."""
    lines = [f"{answer.id}: {answer.product_class}, {answer.stock_method}", ""]
    for step in answer.rules:
        lines.append(f"  {'yes' if step.matched else ' no'}  {step.rule}")
        lines.append(f"       {step.evidence}")
    lines.append("")
    for name, (value, source) in answer.numbers.items():
        lines.append(f"  {name}: {'?' if value is None else value}  ({source})")
    lines += [f"  flags: {', '.join(answer.flag_names)}"] if answer.flags else []
    return [harmless(line) for line in [*lines, *(f"  {note}" for note in answer.notes)]]


def health_lines(report: HealthReport) -> list[str]:
    """Every check in words."""
    rows = [
        (name, check.status.value, "" if check.milliseconds is None else f"{check.milliseconds:.0f} ms", check.detail)
        for name, check in report.checks.items()
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    lines = ["  ".join((*(row[i].ljust(widths[i]) for i in range(3)), harmless(row[3]))) for row in rows]
    return [report.status.value, *lines]


def history_table(entries: Iterable[Entry]) -> list[str]:
    """Every change: when, by whom, what, why, and how it ended."""
    from brcc_tui.operations.changes.history import ending, what

    return table(
        ("entry", "at", "by", "listing or show", "change", "ended", "reason"),
        (
            (
                one.id,
                _written(one),
                one.actor,
                one.listing or one.show,
                what(one),
                ending(one),
                one.reason,
            )
            for one in entries
        ),
    )


def _written(entry: Entry) -> str:
    return f"{on_the_wall(entry.at):%Y-%m-%d %H:%M}" if entry.at else "not known"


def recover_table(found: Sequence[Recoverable], width: int) -> list[str]:
    """Changes that never ended: what was wanted and what is true now, under each what happened, in whole words."""
    header, *rows = table(
        ("entry", "at", "listing", "before", "intended", "now", "on sale", "choices"),
        (
            (
                one.entry.id,
                _written(one.entry),
                one.entry.listing,
                one.before,
                one.intended,
                number(one.now.capacity),
                number(one.offered),
                ", ".join(one.choices) or "none yet",
            )
            for one in found
        ),
    )
    lines = [header]
    for row, one in zip(rows, found, strict=True):
        story = textwrap.wrap(harmless(one.story), max(20, width - 4), break_long_words=False, break_on_hyphens=False)
        lines += [row, *(f"    {part}" for part in story)]
    return lines


def damage_lines(damage: Damage, width: int) -> list[str]:
    """What is broken in the journal, what a new one would be without, and what the shops show of that."""
    lines = ["The journal is damaged:", *(f"    {harmless(fault)}" for fault in damage.faults)]
    ids = ", ".join(entry.id for entry in damage.left) or "none that has a name"
    lines += [f"A new one has all that is intact: {so_many(len(damage.kept), 'change')}. Left behind: {ids}"]
    return lines + (recover_table(damage.now, width) if damage.now else [])
