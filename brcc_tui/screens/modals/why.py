"""The answer to *why*, as lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from brcc_tui.model.failure import Failure
from brcc_tui.model.listing import Listing
from brcc_tui.model.listing_id import names_a_listing
from brcc_tui.widgets.glyphs import Glyphs
from brcc_tui.widgets.numbers import quantity_text, reason
from brcc_tui.widgets.paint import Line, line
from brcc_tui.widgets.when import say_exactly, say_on_day

if TYPE_CHECKING:
    from brcc_tui.operations.catalogue.explain import Explanation, Number, RuleStep


def unread_lines(id_: str, failed: Iterable[Failure]) -> Sequence[Line]:
    """Why a shop's list or an event could not be read; nothing of what can be asked about: a listing, a product."""
    if names_a_listing(id_):
        return ()
    reasons = [line((f"{failure.title}: ", "strong"), failure.reason) for failure in failed if failure.id == id_]
    after = "What was known of it before stays, with its age. R reads the catalogue of both shops again."
    return [*reasons, line(), line((after, "dim"))] if reasons else ()


def why_lines(found: Explanation, listing: Listing | None, glyphs: Glyphs, asked_at: dt.datetime) -> Iterable[Line]:
    """Class and stock method, every rule with its evidence, every number with its source, and when that was asked."""
    yield line(("Id            ", "dim"), found.id)
    yield line(("It is         ", "dim"), (found.product_class.replace("_", " "), "strong"))
    yield line(("Stored as     ", "dim"), found.stock_method.replace("_", " "))
    if listing is not None:
        yield from _about(listing, glyphs)
    shown_already = listing.read_only_reason if listing else None
    for note in found.notes:
        if note != shown_already:
            yield line((f" {glyphs.warning} ", "warn"), note)
    yield line()
    yield from _rule_lines(found.rules, glyphs)
    yield line()
    yield line(("Where the numbers come from", "title"), (f", asked at {say_on_day(asked_at)}", "dim"))
    yield from _source_lines(found.numbers, glyphs)
    if found.flags:
        yield line()
        yield line(("Unusual: ", "title"), ", ".join(flag.replace("_", " ") for flag in found.flag_names))


def _rule_lines(rules: Iterable[RuleStep], glyphs: Glyphs) -> Iterable[Line]:
    yield line(("How it was classified: the first rule that matches decides", "title"))
    for number, rule in enumerate(rules, 1):
        sign, tone = (glyphs.done, "good") if rule.matched else (glyphs.hollow, "dim")
        yield line((f" {sign} ", tone), (f"{number}. ", "dim"), (rule.rule, "strong" if rule.matched else "dim"))
        yield line("      ", (rule.evidence, "" if rule.matched else "dim"))


def _source_lines(numbers: Mapping[str, Number], glyphs: Glyphs) -> Iterable[Line]:
    for name, (value, source) in numbers.items():
        shown = glyphs.unknown if value is None else str(value)
        yield line((f" {name:<10}", "dim"), (f"{shown:>9}  ", "strong"), (source, "dim"))


def _about(listing: Listing, glyphs: Glyphs) -> Iterable[Line]:
    if listing.starts_at is not None:
        yield line(("Begins        ", "dim"), say_exactly(listing.starts_at))
    if listing.read_only_reason:
        yield line(("Read only     ", "dim"), (listing.read_only_reason, "warn"))
    if listing.price is not None:
        yield line(("Price         ", "dim"), f"{listing.price} {listing.currency or ''}")
    if listing.url:
        yield line(("Page          ", "dim"), listing.url)
    reading = listing.reading
    for name, part in (
        ("Capacity", reading.capacity),
        ("Sold", reading.sold),
        ("Held", reading.held),
        ("Left", reading.remaining),
    ):
        if reason(part) and quantity_text(part, glyphs) == glyphs.unknown:
            yield line((f"{name:<14}", "dim"), (f"unknown: {reason(part)}", "warn"))
