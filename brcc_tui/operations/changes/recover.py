"""Changes that never ended (the program died, was told to stop, or could not read): the present state, and what to do.

Deciding about an entry requires the lock of its product or event, and the entry is read after it is taken: what a
running copy is working on is never touched.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome, Plan, Refusal, RefusalCode, make_plan
from brcc_tui.model.quantity import Quantity, Unknown
from brcc_tui.model.reading import Reading
from brcc_tui.operations.actor import actor
from brcc_tui.operations.catalogue.read import read_live
from brcc_tui.operations.changes.as_before import (
    ARRIVES,
    MAY_ARRIVE,
    longest_watch,
    may_still_arrive,
    stands_as_before,
)
from brcc_tui.operations.changes.as_intended import as_intended, intended_capacity
from brcc_tui.operations.changes.closing import AS_BEFORE, RULE, hides
from brcc_tui.operations.changes.collateral import Raised, raised_neighbours
from brcc_tui.operations.changes.decision_reader import DecisionReader
from brcc_tui.operations.changes.decision_reading import DecisionReading, Subject, subject_of
from brcc_tui.operations.changes.follow_up import end_entry, end_if_recorded
from brcc_tui.operations.changes.known_state import UPDATE, why_not_understood, why_unknown
from brcc_tui.operations.changes.lifecycle import OPEN, State
from brcc_tui.operations.changes.plan import plan_changes
from brcc_tui.operations.changes.reapply import plan_again
from brcc_tui.operations.changes.recovery_story import (
    how_it_went,
    last_sent_place,
    recovery_story,
    standing_of,
    what_stands,
)
from brcc_tui.operations.changes.since_plan import last_made_since
from brcc_tui.operations.changes.undo import find_entry, way_back
from brcc_tui.operations.context import ClubContext
from brcc_tui.store.journal_entries import Entry
from brcc_tui.store.locks import LockedHere, LockUnusable

KEEP, REAPPLY, RESTORE = "keep", "reapply", "restore"
CHOICES = (KEEP, REAPPLY, RESTORE)

_NOT_ASKED: Final = Unknown("it was not asked for")
_NOT_TOLD: Final = "its shop did not list it: it is gone, or could not be read"


class NotRecoverable(AppError):
    """The change has ended, or somebody is still at work on it."""


@dataclass(frozen=True, slots=True)
class Recoverable:
    """A change that never ended, and what is true now.

    `state` is the last move in the journal, `story` says what that means. `intended` and `before` are capacities, `now`
    is a reading of this moment (or unknown, and why), `offered` what buyers can buy of it. `choices` is empty where
    nothing can be decided. `again_at` is when a look may end it without anybody's decision; None: none will any more.
    """

    entry: Entry
    intended: int
    before: int | str | None
    now: Reading
    state: str
    story: str
    choices: tuple[str, ...]
    again_at: dt.datetime | None = None
    offered: Quantity = _NOT_ASKED


async def recoverable(club: ClubContext) -> list[Recoverable]:
    """Every change that could have been written, is not resolved, and is not being worked on by anybody now.

    Changes that ended before anything was prepared are closed on the way, and so are those that stand as intended
    now: unclear ones, and verified ones that were not watched to the end, after the time of watching. Where that cannot
    be recorded (a full disk) the others are told all the same. While a row of the journal is broken nothing is closed
    and nothing can be chosen: what is open is told with the present state.
    """
    if club.journal.faults():
        open_ones = [
            entry for entry in club.journal.entries_to_show(in_full=True) if entry.listing and _stands_open(entry)
        ]
        return await as_they_stand(club, open_ones)
    reader = DecisionReader(club)
    found: list[Recoverable] = []
    for subject in dict.fromkeys(subject_of(entry.listing) for entry in club.journal.unresolved()):
        try:
            with _held(club, subject):
                found += await _of_subject(club, reader, subject)
        except LockUnusable as app_error:
            found += [_untold(entry, str(app_error).rstrip(".")) for entry in _unresolved(club, subject)]
        except LockedHere:
            continue  # somebody is at work on it
    return sorted(found, key=lambda one: (one.entry.sorts_at, one.entry.id))


def _stands_open(entry: Entry) -> bool:
    """Whether it may have been written and is not resolved, as far as its record goes."""
    return entry.damage is not None or (entry.outcome in OPEN and entry.last(State.CHECKPOINTED.value) is not None)


async def as_they_stand(club: ClubContext, entries: Sequence[Entry]) -> list[Recoverable]:
    """These changes with what the shops show now; nothing is decided about them."""
    seen = {x.id: x for x in await read_live(club, {entry.listing for entry in entries})} if entries else {}
    found = []
    for entry in entries:
        story = f"its record is damaged ({entry.damage})" if entry.damage else how_it_went(entry)
        story += ". Nothing is decided while the journal is damaged: look at it in the shop"
        now, offered = standing_of(seen.get(entry.listing), _NOT_TOLD)
        state = entry.state if entry.events else "damaged"
        found.append(Recoverable(entry, intended_capacity(entry), entry.before, now, state, story, (), offered=offered))
    return found


@contextmanager
def _held(club: ClubContext, subject: Subject) -> Iterator[None]:
    """This computer's lock of the subject. Raises `LockedHere`."""
    lock = club.locks.take(str(subject), actor(club.settings.operator), club.clock.now())
    try:
        yield
    finally:
        lock.release()


def _unresolved(club: ClubContext, subject: Subject) -> list[Entry]:
    return [entry for entry in club.journal.unresolved() if subject_of(entry.listing) == subject]


async def _of_subject(club: ClubContext, reader: DecisionReader, subject: Subject) -> list[Recoverable]:
    """The unresolved changes of a subject whose lock we hold."""
    found: list[Recoverable] = []
    look: DecisionReading | AppError | None = None
    for entry in _unresolved(club, subject):
        if (newer := why_not_understood(entry)) is not None:
            found.append(_untold(entry, f"{newer}. {UPDATE}"))
            continue
        if entry.last(State.CHECKPOINTED.value) is None:
            end_if_recorded(club, entry, Outcome.INTERRUPTED, reason="the program ended before anything was sent")
            continue
        look = look or await _look(reader, subject)
        raised = _raised(club, entry, look)
        if _may_end_by_itself(club, entry) and as_intended(entry, look) and not raised:
            found_later = {"capacity": intended_capacity(entry), "reason": "found as intended later"}
            if end_if_recorded(club, entry, Outcome.SETTLED, **found_later):
                continue
        (now, offered), story, choices = (
            what_stands(look, entry),
            recovery_story(club, entry, look, raised),
            _choices(entry, look),
        )
        again_at = None if _is_watched_long_enough(club, entry) else _watched_until(club, entry)
        state_now = (now, entry.state, story, choices, again_at, offered)
        found.append(Recoverable(entry, intended_capacity(entry), entry.before, *state_now))
    return found


def _untold(entry: Entry, story: str) -> Recoverable:
    """An entry about which nothing can be decided, for the reason that its story tells."""
    now = Reading.unknown(_NOT_ASKED.reason)
    return Recoverable(entry, intended_capacity(entry), entry.before, now, entry.state, story, ())


async def plan_recovery(club: ClubContext, entry_id: str, choice: str) -> Plan:
    """Act on one of them. `keep` ends the entry with what stands, and gives a plan without changes.

    `reapply` and `restore` give a plan to be confirmed like any other; when it has settled, the entry is
    ended with it. Dates of the same product that the write may have raised are lowered by it as well; what `keep`
    leaves of those is among the plan's refusals. A change that did arrive is ended by `reapply` without a plan, and by
    `restore` one that stands as before, once it cannot arrive any more.
    Raises `NotRecoverable`, `NoSuchEntry`, or `JournalUnavailable`: nothing is decided by a damaged one.
    """
    if choice not in CHOICES:
        raise NotRecoverable(
            f"{choice[:20]!r} is not a choice", subject=entry_id[:20], next_step=f"choose one of {', '.join(CHOICES)}"
        )
    if re.fullmatch(r"h\d{1,18}", entry_id):
        raise NotRecoverable(
            "it is about the house, and nothing of it is sent to a shop",
            subject=entry_id,
            next_step=f"brcc-tui undo {entry_id} takes it back",
        )
    club.journal.check_writable()
    subject = subject_of(find_entry(club, entry_id).listing)
    try:
        with _held(club, subject):
            wishes, refused = await _decided(club, subject, entry_id, choice)
    except LockUnusable as app_error:
        raise NotRecoverable(
            app_error.happened,
            subject=app_error.subject,
            still_works=app_error.still_works,
            next_step=app_error.next_step,
        ) from app_error
    except LockedHere as app_error:
        raise NotRecoverable(
            f"{club.locks.holder(str(subject)).who} is still changing it",
            subject=str(subject),
            next_step="wait until that has settled",
        ) from app_error
    if not wishes:
        return make_plan(club.settings.shop, (), refused, club.clock.now())
    entry = find_entry(club, entry_id)
    terms = entry.events[0].detail.get(RULE)
    if choice != REAPPLY or not isinstance(terms, dict):
        return await plan_changes(club, wishes)
    return await plan_again(club, entry.listing, wishes, terms)


async def _decided(
    club: ClubContext, subject: Subject, entry_id: str, choice: str
) -> tuple[list[ChangeRequest], list[Refusal]]:
    """What the choice comes to for an entry whose lock we hold: wishes for a plan, or what is left to be said."""
    entry = find_entry(club, entry_id)
    if (why := why_not_understood(entry)) is not None:
        raise NotRecoverable(why, subject=entry.id, next_step=UPDATE)
    if entry.outcome not in OPEN:
        raise NotRecoverable(f"it has ended: {entry.outcome}", subject=entry.id, next_step="undo makes a new change")
    look = await _look(DecisionReader(club), subject)
    raised = _raised(club, entry, look)
    if choice == KEEP:
        return [], _keep(club, entry, look, raised)
    if choice == REAPPLY:
        if not as_intended(entry, look):
            return [_wish_again(entry), *(one.lowered() for one in raised)], []
        if not raised:
            end_entry(club, entry, Outcome.SETTLED, capacity=intended_capacity(entry), reason="found as intended later")
        return [one.lowered(entry.id) for one in raised], []
    return _restored(club, entry, look, raised)


def _restored(
    club: ClubContext, entry: Entry, look: DecisionReading | AppError, raised: Sequence[Raised]
) -> tuple[list[ChangeRequest], list[Refusal]]:
    as_before = stands_as_before(entry, look)
    if as_before and may_still_arrive(club, entry):
        return [], [Refusal(entry.listing, RefusalCode.NO_CHANGE, MAY_ARRIVE)]
    if as_before and not raised:
        end_entry(club, entry, Outcome.ROLLED_BACK, reason="it was as before already")
        return [], []
    back = way_back(entry)
    if isinstance(back, Refusal):
        return [], [back]
    return [back, *(one.lowered() for one in raised)], []


def _keep(club: ClubContext, entry: Entry, look: DecisionReading | AppError, raised: Sequence[Raised]) -> list[Refusal]:
    """End the entry with the present state: settled if that is what was intended, else interrupted.

    Raises `NotRecoverable` while nobody knows what stands, or will stand. The answer names what is left high.
    """
    if (why := why_unknown(entry, look)) is not None:
        raise NotRecoverable(
            f"its present number could not be read: {why}",
            subject=entry.listing,
            next_step="choose again once it can be read",
        )
    left = [Refusal(one.listing_id, RefusalCode.NO_CHANGE, f"kept, but {one}: set its capacity") for one in raised]
    if as_intended(entry, look):
        reason = ". ".join(["kept: it is as intended", *map(str, raised)])
        end_entry(club, entry, Outcome.SETTLED, capacity=intended_capacity(entry), reason=reason)
    else:
        if may_still_arrive(club, entry):
            raise NotRecoverable(f"it {ARRIVES}", subject=entry.listing, next_step="choose again in a minute")
        reason = ". ".join(["kept as it is", *map(str, raised)])
        end_entry(club, entry, Outcome.INTERRUPTED, reason=reason, **{AS_BEFORE: stands_as_before(entry, look)})
    return left


async def _look(reader: DecisionReader, subject: Subject) -> DecisionReading | AppError:
    try:
        return await reader.look(subject)
    except AppError as app_error:
        return app_error


def _raised(club: ClubContext, entry: Entry, look: DecisionReading | AppError) -> list[Raised]:
    return [] if isinstance(look, AppError) else raised_neighbours(club, entry, look)


def _may_end_by_itself(club: ClubContext, entry: Entry) -> bool:
    """Whether a look that finds it as intended is enough: nobody has to decide, and the time of watching is over.

    Where the listing was changed here to something else since, it stands as it does for what somebody made of that.
    """
    if not _is_watched_long_enough(club, entry):
        return False
    later = last_made_since(club, entry.listing, last_sent_place(entry) or 0, but=(entry.id,))
    return later is None or _aim(later) == _aim(entry)


def _watched_until(club: ClubContext, entry: Entry) -> dt.datetime | None:
    """When the time of watching is over; None for a change that no look ends."""
    verified = entry.last(State.VERIFIED.value) is not None and entry.state == State.UNWATCHED.value
    return entry.events[-1].at + longest_watch(club) if verified or entry.outcome == Outcome.UNCLEAR.value else None


def _is_watched_long_enough(club: ClubContext, entry: Entry) -> bool:
    """Also where it is dated later than now by more than that takes: the clock was put back, and when, nobody knows."""
    until = _watched_until(club, entry)
    return until is not None and not until - 2 * longest_watch(club) < club.clock.now() < until


def _aim(entry: Entry) -> tuple[str, object, int]:
    """What a change was to make of its listing: two that aim at the same are one as far as what stands can tell."""
    return entry.action, hides(entry), intended_capacity(entry)


def _choices(entry: Entry, look: DecisionReading | AppError) -> tuple[str, ...]:
    restorable = isinstance(entry.before, int) and last_sent_place(entry) is not None
    possible = CHOICES if restorable else (KEEP, REAPPLY)
    return tuple(choice for choice in possible if choice != KEEP) if why_unknown(entry, look) else possible


def _wish_again(entry: Entry) -> ChangeRequest:
    """The number last intended: what a sync's rule has lowered at the write is not raised again."""
    if entry.action == Action.CLOSE.value:
        return ChangeRequest(entry.listing, Action.CLOSE, follows=entry.id)
    if hides(entry) is not None:
        return ChangeRequest(entry.listing, Action.REOPEN, follows=entry.id)
    return ChangeRequest(entry.listing, Action.SET, intended_capacity(entry), follows=entry.id)
