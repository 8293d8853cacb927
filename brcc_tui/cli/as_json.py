"""The JSON of the commands, as plain values: the field names are a contract."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Sequence
from json.encoder import encode_basestring_ascii
from typing import TYPE_CHECKING, Any, Final

from brcc_tui.model.quantity import Unknown, plain

if TYPE_CHECKING:
    from brcc_tui.model.catalogue import Membership
    from brcc_tui.model.changes.plan import Change, ChangeResult, Plan, Refusal, Result
    from brcc_tui.model.failure import Failure
    from brcc_tui.model.listing import Listing
    from brcc_tui.model.offer import Offer
    from brcc_tui.model.reading import Reading
    from brcc_tui.model.shows.show import Show
    from brcc_tui.operations.catalogue.explain import Explanation
    from brcc_tui.operations.catalogue.refresh_report import RefreshReport
    from brcc_tui.operations.changes.damaged_journal import Damage
    from brcc_tui.operations.changes.recover import Recoverable
    from brcc_tui.operations.diagnostics.health import HealthReport
    from brcc_tui.store.journal_entries import Entry

Json = dict[str, Any]


def reading_json(numbers: Reading) -> Json:
    """A reading; the reason of every null stands under `unknown`."""
    capacity, sold, held, remaining = numbers.capacity, numbers.sold, numbers.held, numbers.remaining
    known = type(capacity) is type(sold) is type(held) is type(remaining) is int
    return {
        "capacity": capacity if known else plain(capacity),
        "sold": sold if known else plain(sold),
        "held": held if known else plain(held),
        "remaining": remaining if known else plain(remaining),
        "unknown": {} if known else numbers.unknowns(),
        "read_at": numbers.read_at.isoformat() if numbers.read_at else None,
        "source": numbers.source,
        "sources": numbers.sources,
    }


def listings_text(several: Sequence[Listing], shows: Iterable[str | None]) -> str:
    """The JSON of listings with their readings, as `json.dumps` writes it, and the shows whose seats they sell.

    Half of it are readings and offers that thousands of listings share: each is written once. Of 20,000 listings it
    takes half the time of making values of all first.
    """
    texts = functools.cache(lambda text: "null" if text is None else encode_basestring_ascii(text))
    offers = functools.cache(lambda offer: json.dumps(_offer(offer)))
    moments = _Shared(lambda moment: f'"{moment.isoformat()}"' if moment else "null")
    flags = _Shared(lambda several: json.dumps(sorted(flag.value for flag in several)))
    readings = _Shared(lambda numbers: json.dumps(reading_json(numbers)))
    written = [
        _LISTING
        % (
            encode_basestring_ascii(one.id),
            texts(one.platform),
            texts(one.title),
            texts(one.slot),
            texts(one.date.isoformat() if one.date else None),
            moments.of(one.starts_at),
            moments.of(one.ends_at),
            texts(one.stock_method),
            texts(one.status),
            texts(one.price),
            texts(one.currency),
            texts(one.url),
            texts(show_id),
            texts(one.read_only_reason),
            flags.of(one.flags),
            readings.of(one.reading),
            offers(one.offer),
        )
        for one, show_id in zip(several, shows, strict=True)
    ]
    return f"[{', '.join(written)}]"


def listings_json(several: Sequence[Listing]) -> list[Json]:
    """The same as values; each with the show that it bears."""
    found: list[Json] = json.loads(listings_text(several, [one.show for one in several]))
    return found


_LISTING: Final = (
    '{"id": %s, "platform": %s, "title": %s, "slot": %s, "date": %s, "starts_at": %s, "ends_at": %s,'
    ' "stock_method": %s, "status": %s, "price": %s, "currency": %s, "url": %s, "show": %s, "read_only_reason": %s,'
    ' "flags": %s, "reading": %s, "offer": %s}'
)


def _offer(made: Offer) -> Json:
    return {"value": plain(made.value), "rule": made.rule, "unknown": made.unknown}


class _Shared:
    """What is written for each object, found by which one it is: to compare it would take longer, and moments of two
    zones can be equal whose texts are not. Each must live as long as this.
    """

    def __init__(self, write: Callable[[Any], str]) -> None:
        self._write = write
        self._known: dict[int, str] = {}

    def of(self, one: object) -> str:
        """Its text."""
        known = self._known.get(id(one))
        if known is None:
            known = self._known[id(one)] = self._write(one)
        return known


def failures_json(failed: Iterable[Failure]) -> list[Json]:
    """What could not be read, and why."""
    return [{"id": failure.id, "title": failure.title, "reason": failure.reason} for failure in failed]


def show_json(one: Show) -> Json:
    """A performance with its sums."""
    return {
        "id": one.id,
        "starts_at": one.starts_at.isoformat(),
        "room": one.room.name,
        "seats": one.room.seats,
        "title": one.title,
        "listings": [each.id for each in one.listings],
        "sold": plain(one.sold),
        "held": plain(one.held),
        "remaining": plain(one.remaining),
        "free": plain(one.free),
        "exposure": plain(one.exposure),
        "on_offer": plain(one.on_offer_in_all),
        "doubtful": plain(one.doubtful),
        "held_back": one.held_back,
        "lost": [{"id": each.id, "sold": plain(each.sold), "reason": each.reason} for each in one.lost],
        "flags": sorted(flag.value for flag in one.flags),
        "pairing": {"state": one.pairing.state.value, "reason": one.pairing.reason},
        "unknown": _show_unknowns(one),
    }


def _show_unknowns(one: Show) -> dict[str, str]:
    sums = {"sold": one.sold, "held": one.held, "remaining": one.remaining, "free": one.free, "exposure": one.exposure}
    sums |= {"on_offer": one.on_offer, "doubtful": one.doubtful}
    not_all = dict.fromkeys(["on_offer"] if one.unlisted else [], "; ".join(one.unlisted.values()))
    return {**not_all, **{name: part.reason for name, part in sums.items() if isinstance(part, Unknown)}, **one.unknown}


def plan_json(made: Plan) -> Json:
    """A plan: what a person is asked to confirm."""
    return {
        "digest": made.digest,
        "changes": [_change(change) for change in made.changes],
        "refused": [_refusal(refusal) for refusal in made.refused],
    }


def _change(change: Change) -> Json:
    return {
        "listing": change.listing.id,
        "before": reading_json(change.before),
        "after": reading_json(change.after),
        "call": change.call,
        "warnings": [*(danger.value for danger in change.dangers), *change.warnings],
    }


def _refusal(refusal: Refusal) -> Json:
    return {"listing": refusal.listing_id, "reason": refusal.reason, "code": refusal.code.value}


def result_json(ended: Result) -> Json:
    """What became of a plan."""
    return {
        "plan": plan_json(ended.plan),
        "entries": list(ended.entries),
        "changes": [_change_result(change) for change in ended.changes],
    }


def _change_result(change: ChangeResult) -> Json:
    return {
        "listing": change.listing_id,
        "outcome": change.outcome.value,
        "wanted": change.wanted,
        "reading": reading_json(change.reading),
        "sold_meanwhile": change.sold_meanwhile,
        "corrections": change.corrections,
        "reason": change.reason,
    }


def health_json(report: HealthReport) -> Json:
    """Every check, and the worst of them."""
    return {
        "status": report.status.value,
        "timestamp": report.timestamp.isoformat(),
        "checks": {
            name: {"status": check.status.value, "detail": check.detail, "milliseconds": check.milliseconds}
            for name, check in report.checks.items()
        },
    }


def refresh_json(report: RefreshReport) -> Json:
    """What a refresh read."""
    return {
        "catalogue_read_at": report.read_at.isoformat() if report.read_at else None,
        "seconds": report.seconds,
        "requests": dict(report.requests),
        "queries": report.queries,
        "counts": dict(report.counts),
        "failed": failures_json(report.failed),
        "organization": _organization(report.organizations),
    }


def _organization(membership: Membership | None) -> Json | None:
    """The organization that was read: null without Eventbrite, or where that is not known. `others` are not read."""
    if membership is None or (membership.chosen is None and membership.wanted is None):
        return None
    chosen, others = membership.chosen, len(membership.others)
    return {
        "id": chosen.id if chosen else membership.wanted,
        "name": (chosen.name or None) if chosen else None,
        "others": others,
    }


def explanation_json(answer: Explanation) -> Json:
    """How a product was classified, and where each number comes from. What else is to be said stands last."""
    steps = [(step.rule, step.evidence, step.matched) for step in answer.rules]
    steps += [("note", note, True) for note in answer.notes]
    return {
        "id": answer.id,
        "class": answer.product_class,
        "stock_method": answer.stock_method,
        "rules": [{"rule": rule, "evidence": evidence, "matched": matched} for rule, evidence, matched in steps],
        "numbers": {name: {"value": value, "from": source} for name, (value, source) in answer.numbers.items()},
        "flags": list(answer.flags),
    }


def entry_json(one: Entry) -> Json:
    """One change of the journal, with its events."""
    return {
        "id": one.id,
        "at": one.at.isoformat() if one.at else None,
        "actor": one.actor,
        "listing": one.listing or None,
        "show": one.show,
        "action": one.action,
        "from": one.before,
        "to": one.came_to,
        "reason": one.reason,
        "digest": one.digest or None,
        "outcome": one.outcome,
        **({"damage": one.damage} if one.damage else {}),
        "events": [{"at": event.at.isoformat(), "event": event.event, "detail": event.said} for event in one.events],
    }


def recoverable_json(one: Recoverable) -> Json:
    """A change that never ended, what is true now, and what can be done."""
    return {
        "id": one.entry.id,
        "listing": one.entry.listing,
        "intended": one.intended,
        "before": one.before,
        "now": reading_json(one.now),
        "state": one.state,
        "story": one.story,
        "choices": list(one.choices),
    }


def damage_json(found: Damage, aside: str | None) -> Json:
    """What of the journal is broken, and what a new one is without; `set_aside` names the old file once it was."""
    return {
        "faults": list(found.faults),
        "left_behind": [entry_json(one) for one in found.left],
        "now": [recoverable_json(one) for one in found.now],
        "kept": len(found.kept),
        "digest": found.digest,
        "set_aside": aside,
    }


def no_damage_json(kept: int) -> Json:
    """The same of a journal that is whole, with so many changes: there is nothing to confirm."""
    return {"faults": [], "left_behind": [], "now": [], "kept": kept, "digest": None, "set_aside": None}
