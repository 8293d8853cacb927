"""Changes that never ended, because the program died or was told to stop: what is true now, and what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome, Plan, make_plan
from brcc_tui.model.quantity import is_known
from brcc_tui.model.reading import Reading
from brcc_tui.operations.changes.closing import HIDDEN
from brcc_tui.operations.changes.collateral import Raised, raised_neighbours
from brcc_tui.operations.changes.decision_reading import DecisionReader, DecisionReading, Subject, subject_of
from brcc_tui.operations.changes.follow_up import end_entry
from brcc_tui.operations.changes.lifecycle import State
from brcc_tui.operations.changes.plan import plan_changes
from brcc_tui.operations.changes.undo import find_entry, way_back
from brcc_tui.operations.club import Club
from brcc_tui.store.journal import Entry
from brcc_tui.store.locks import LockUnusable

KEEP, REAPPLY, RESTORE = "keep", "reapply", "restore"
CHOICES = (KEEP, REAPPLY, RESTORE)


class NotRecoverable(AppError):
    """The change has ended, or somebody is still at work on it."""


@dataclass(frozen=True, slots=True)
class Recoverable:
    """A change that never ended, and what is true now.

    `state` is the last move in the journal, `story` says what that means. `intended` and `before` are
    capacities, `now` is a reading of this moment (unknown with its reason when it cannot be had).
    """

    entry: Entry
    intended: int
    before: int | str | None
    now: Reading
    state: str
    story: str
    choices: tuple[str, ...]


async def recoverable(club: Club) -> list[Recoverable]:
    """Every change that could have been written, never ended, and is not being worked on by anybody now.

    Changes that ended before anything was prepared are closed on the way, and so are those that were
    verified, merely not watched to the end, and that stand as intended after the time of watching.
    """
    reader, looks = DecisionReader(club), dict[Subject, DecisionReading | AppError]()
    found: list[Recoverable] = []
    for entry in club.journal.without_outcome():
        subject = subject_of(entry.listing)
        try:
            if not club.locks.is_free(str(subject)):
                continue
        except LockUnusable as app_error:  # nobody knows whether it is being worked on: said, and left as it is
            unknown = Reading.unknown(str(app_error))
            found.append(
                Recoverable(
                    entry, _intended(entry), entry.before, unknown, entry.state, str(app_error), _choices(entry)
                )
            )
            continue
        if entry.last(State.CHECKPOINTED.value) is None:
            end_entry(club, entry, Outcome.INTERRUPTED, reason="the program ended before anything was sent")
            continue
        if subject not in looks:
            try:
                looks[subject] = await reader.look(subject)
            except AppError as app_error:
                looks[subject] = app_error
        look = looks[subject]
        if _watched_long_enough(club, entry) and as_intended(entry, look):
            end_entry(club, entry, Outcome.SETTLED, capacity=_intended(entry), reason="found as intended later")
            continue
        now, story = _now(look, entry), _story(entry, look, _raised(club, entry, look))
        found.append(Recoverable(entry, _intended(entry), entry.before, now, entry.state, story, _choices(entry)))
    return found


async def plan_recovery(club: Club, entry_id: str, choice: str) -> Plan:
    """Act on one of them. `keep` ends the entry with what stands, and gives a plan without changes.

    `reapply` and `restore` give a plan to be confirmed like any other; when it has settled, the entry is
    ended with it. Dates of the same product that the write may have raised are lowered by it as well.
    Raises `NotRecoverable`, or `NoSuchEntry`.
    """
    entry = find_entry(club, entry_id)
    if choice not in CHOICES:
        raise NotRecoverable(
            f"{choice[:20]!r} is no choice", subject=entry.id, next_step=f"choose one of {', '.join(CHOICES)}"
        )
    if entry.outcome not in (None, Outcome.UNCLEAR.value):
        raise NotRecoverable(f"it has ended: {entry.outcome}", subject=entry.id, next_step="undo makes a new change")
    if not club.locks.is_free(str(subject_of(entry.listing))):
        holder = club.locks.holder(str(subject_of(entry.listing)))
        raise NotRecoverable(
            f"{holder.who} is still changing it", subject=entry.listing, next_step="wait until that has settled"
        )
    if choice == KEEP:
        await keep(club, entry)
        return make_plan(club.settings.shop, (), (), club.clock.now())
    lower = [one.lowered() for one in _raised(club, entry, await _look(club, entry))]
    if choice == REAPPLY:
        return await plan_changes(club, [_wish_again(entry), *lower])
    back = way_back(entry)
    if isinstance(back, ChangeRequest):
        return await plan_changes(club, [back, *lower])
    return make_plan(club.settings.shop, (), (back,), club.clock.now())


async def keep(club: Club, entry: Entry) -> None:
    """End the entry with what stands now: settled if that is what was intended, else interrupted."""
    look = await _look(club, entry)
    raised = _raised(club, entry, look)
    if as_intended(entry, look):
        reason = ". ".join(["kept: it stands as intended", *map(str, raised)])
        end_entry(club, entry, Outcome.SETTLED, capacity=_intended(entry), reason=reason)
    else:
        end_entry(club, entry, Outcome.INTERRUPTED, reason=". ".join(["kept as it stands", *map(str, raised)]))


async def _look(club: Club, entry: Entry) -> DecisionReading | AppError:
    try:
        return await DecisionReader(club).look(subject_of(entry.listing))
    except AppError as app_error:
        return app_error


def as_intended(entry: Entry, look: DecisionReading | AppError) -> bool:
    """Whether the listing stands as the change wanted it: then no sale was lost to its write either."""
    if isinstance(look, AppError) or entry.listing not in look.listings:
        return False
    hides = entry.events[0].detail.get(HIDDEN)
    if hides is not None:
        return look.is_hidden(entry.listing) == hides
    now = look.listings[entry.listing].reading
    if entry.action == Action.CLOSE.value and now.remaining == 0:
        return True
    return is_known(now.capacity) and now.capacity == _intended(entry)


def _intended(entry: Entry) -> int:
    """The capacity that was to be written: the planned one, or what the second reading made of it."""
    checkpoint = entry.last(State.CHECKPOINTED.value)
    wanted = checkpoint.detail.get("wanted") if checkpoint is not None else None
    capacity = wanted.get(entry.listing) if isinstance(wanted, dict) else None
    return capacity if isinstance(capacity, int) else entry.after


def _now(look: DecisionReading | AppError, entry: Entry) -> Reading:
    if isinstance(look, AppError):
        return Reading.unknown(str(look))
    listing = look.listings.get(entry.listing)
    return listing.reading if listing is not None else Reading.unknown("it is gone from the shop")


def _raised(club: Club, entry: Entry, look: DecisionReading | AppError) -> list[Raised]:
    return [] if isinstance(look, AppError) else raised_neighbours(club, entry, look)


def _watched_long_enough(club: Club, entry: Entry) -> bool:
    verified = entry.last(State.VERIFIED.value) is not None and entry.state == State.UNWATCHED.value
    longest = dt.timedelta(seconds=max(club.settings.settle, default=0.0))
    return verified and club.clock.now() - entry.events[-1].at >= longest


def _story(entry: Entry, look: DecisionReading | AppError, raised: Sequence[Raised]) -> str:
    return ". ".join([_what_happened(entry, look), *map(str, raised)])


def _what_happened(entry: Entry, look: DecisionReading | AppError) -> str:
    now = _now(look, entry)
    sent = any(event.event == State.SENT.value for event in entry.events)
    if not sent:
        return "it was prepared, but never sent"
    if as_intended(entry, look):
        return "it was sent, and stands as intended"
    if now.capacity == entry.before and entry.listing.startswith("eb:"):
        return "it was to be sent; the old number is shown, as Eventbrite may do for minutes after a write"
    if now.capacity == entry.before:
        return "it was to be sent, and the old number stands"
    return "it was sent, and something else stands there now"


def _choices(entry: Entry) -> tuple[str, ...]:
    restorable = isinstance(entry.before, int) and any(event.event == State.SENT.value for event in entry.events)
    return CHOICES if restorable else (KEEP, REAPPLY)


def _wish_again(entry: Entry) -> ChangeRequest:
    if entry.action == Action.CLOSE.value:
        return ChangeRequest(entry.listing, Action.CLOSE, follows=entry.id)
    if entry.events[0].detail.get(HIDDEN) is not None:
        return ChangeRequest(entry.listing, Action.REOPEN, follows=entry.id)
    return ChangeRequest(entry.listing, Action.SET, entry.after, follows=entry.id)
