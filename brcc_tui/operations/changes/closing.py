"""Close and reopen: how to leave nothing on sale, whether a listing was closed here, and what reopening restores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from brcc_tui.model.changes.plan import Action, Danger, Outcome, RefusalCode
from brcc_tui.model.few_of_many import so_many
from brcc_tui.model.listing import Listing, Platform
from brcc_tui.model.listing_id import TicketClassId
from brcc_tui.model.offer import OfferRule, Status
from brcc_tui.model.quantity import Quantity, is_known
from brcc_tui.model.shows.sharing import has_none_left
from brcc_tui.operations.changes.decision_reading import DecisionReading
from brcc_tui.operations.changes.guards import CHANGED_IN, Guarded, guard_sells_by_number
from brcc_tui.store.journal_entries import Entry

HIDDEN: Final = "hidden"
"""The key in a journal entry's first event that says a ticket class was hidden, or shown again."""

CLOSED: Final = (
    "it was closed: a sync leaves it so, even after a cancellation gave places back. Reopen it first, or give it a "
    "capacity"
)
_OPENED: Final = (
    ", as if somebody had opened it in its shop since: a sync leaves it so, and counts what it offers. Give it a"
    " capacity here, and syncs move it again"
)
_UNANSWERED: Final = (
    "was sent and never answered, so it counts as closed: a sync leaves it so, and counts what it offers. Give it a"
    " capacity here, and syncs move it again"
)
_ON_SALE: Final = "it is on sale: there is nothing to reopen. For more seats or fewer, set a number"
_LATER: Final = "it goes on sale later by itself: there is nothing to reopen. For more seats or fewer, set a number"
_NOT_CLOSED_HERE: Final = "this program did not close it last"
_BY_NUMBER: Final = frozenset({OfferRule.CLOSED, OfferRule.THRESHOLD})
"""What stops the sales of a listing until its number is raised."""

RULE: Final = "rule"
"""The key in a journal entry's first event that holds what its sync's rule can be made of again."""

AS_BEFORE: Final = "as_before"
"""The key in the event of a change that a person kept, which says that it stood as before: it has changed nothing."""

BASE: Final = "base"
"""The key there that holds the capacity that stood by what was set here, where the shop itself had moved it."""


@dataclass(frozen=True, slots=True)
class PastChanges:
    """What this program did to the listing before: its entries, newest first, and the capacity last settled.

    `followed` is the entry that the request undoes or re-applies, `offered` the capacity at which it was last on offer.
    `closed` says that people closed it in its shop, as far as was seen.
    """

    entries: Sequence[Entry]
    last_set: int | None = None
    followed: Entry | None = None
    offered: int | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Goal:
    """The result that a request aims at: a capacity, and for a ticket class whether it is hidden or shown (None: as it
    is).

    `says` is what a person has to know about it.
    """

    capacity: int
    hide: bool | None = None
    says: tuple[str, ...] = ()


def hides(entry: Entry) -> bool | None:
    """Whether a change hides its ticket class, or (False) shows it again; None for one of a capacity."""
    hidden = entry.events[0].detail.get(HIDDEN) if entry.events else None
    return hidden if isinstance(hidden, bool) else None


def _was_written(entry: Entry) -> bool:
    """Whether the shop accepted this change, or did not need it, and it was not undone since."""
    accepted = entry.last("answered", "verified") is not None or entry.outcome == Outcome.SETTLED.value
    return accepted and not _came_to_nothing(entry)


def _came_to_nothing(entry: Entry) -> bool:
    """Whether it was taken back, or somebody saw that it stood as before, and kept that."""
    kept = entry.last(Outcome.INTERRUPTED.value)
    as_before = kept is not None and kept.detail.get(AS_BEFORE) is True
    return entry.outcome == Outcome.ROLLED_BACK.value or as_before


def _closings(entries: Sequence[Entry]) -> list[Entry]:
    """The closings among a listing's entries, newest first, that no reopening from here followed.

    They include those of which it is unknown whether the shop accepted them. Showing a hidden class again undoes only
    the hiding: a capacity that was lowered before stays lowered.
    """
    found: list[Entry] = []
    shown = False
    for entry in entries:
        if _heals(entry) or not (_was_written(entry) or _may_have_closed(entry)):
            continue
        if _closes(entry):
            if not (shown and hides(entry)):
                found.append(entry)
        elif hides(entry) is False:
            shown = True
        else:
            break
    return found


def _hidden_here(entries: Sequence[Entry]) -> bool:
    """Whether a class was hidden here and not shown again: a capacity that it was given meanwhile does not show it."""
    made = (hides(entry) for entry in entries if _was_written(entry) or _may_have_closed(entry))
    return next((hidden for hidden in made if hidden is not None), False)


def _closes(entry: Entry) -> bool:
    """A close, or a capacity of no more than was taken that a person gave it: that is how both shops close sales.

    A sync gives such a capacity where nothing is free, and closes nothing by it.
    """
    if entry.action == Action.CLOSE.value:
        return True
    planned, capacity = entry.events[0].detail, entry.planned_capacity
    before = capacity_before(entry)
    dangers, lower = planned.get("dangers"), not isinstance(before, int) or capacity < before
    by_person = entry.action == Action.SET.value and RULE not in planned
    return by_person and lower and isinstance(dangers, list) and Danger.CLOSES_SALES.value in dangers


def _heals(entry: Entry) -> bool:
    """Whether it only takes back what the shop itself had moved: it opens nothing, and closes nothing.

    That is what was set here, or what was taken by then, where that is more. Any other number is one that somebody
    wanted, also one between what was set and what the shop had made of it.
    """
    planned = entry.events[0].detail
    base = planned.get(BASE)
    if type(base) is not int or entry.action != Action.SET.value:
        return False
    return entry.planned_capacity == max(base, _taken_before(planned))


def _taken_before(planned: Mapping[str, object]) -> int:
    """The places that were sold and held when a change was planned, by its entry's first event."""
    numbers = planned.get("before")
    places = (numbers.get(name) for name in ("sold", "held")) if isinstance(numbers, Mapping) else ()
    return sum(each for each in places if isinstance(each, int))


def capacity_before(entry: Entry) -> int | str | None:
    """The capacity to which a change is undone: the one set here, if the shop itself had moved it.

    The shop's losses are seats that are sold, which are not put on sale again. For a change that healed such losses it
    is the capacity found then.
    """
    base = entry.events[0].detail.get(BASE)
    return base if type(base) is int and not _heals(entry) else entry.before


def closed_here(entries: Sequence[Entry]) -> bool:
    """Whether a person closed the listing here, or may have, whatever it offers by now: a cancellation gives places
    back.
    """
    return bool(_closings(entries))


def why_left_closed(entries: Sequence[Entry], listing: Listing) -> str:
    """Why a sync leaves a listing alone that was closed here: it is still closed, or no cancellation explains its
    present offer.
    """
    last, now = _closings(entries)[0], listing.reading.capacity
    if listing.status is Status.ON_SALE and not _was_written(last):
        return f"a close of it ({last.id}) {_UNANSWERED}"
    made = last.last("answered", "verified", "settled")
    number = made.detail.get("capacity") if made is not None else None
    then = number if isinstance(number, int) else last.planned_capacity
    if listing.status is Status.ON_SALE and hides(last):
        return f"it was hidden here, and is shown{_OPENED}"
    if listing.status is Status.ON_SALE and is_known(now) and now > then:
        return f"it was closed here at {so_many(then, 'seat')} in all, and is at {now}{_OPENED}"
    return CLOSED


def _may_have_closed(entry: Entry) -> bool:
    open_or_unclear = entry.outcome != Outcome.REFUSED.value and not _came_to_nothing(entry)
    return _closes(entry) and entry.last("sent") is not None and open_or_unclear


def closed_capacity(look: DecisionReading, listing: Listing) -> int:
    """The capacity at which nothing is left on offer: what is taken now.

    The places in an Eventbrite checkout belong to the whole event. If other classes could have them, they are not
    counted here: a capacity that left room for them would still be sold to anybody. Raises `Guarded` if it is unknown.
    """
    taken = _own_taken(look, listing)
    if not is_known(taken):
        raise Guarded(RefusalCode.SOLD_UNKNOWN, "the places taken are not known, so it cannot be closed at them")
    return max(0, taken)


def _own_taken(look: DecisionReading, listing: Listing) -> Quantity:
    """The places taken that are its own for certain."""
    return listing.reading.sold if _shares_its_checkout(look) else look.taken(listing.id)


def is_closed_by_number(look: DecisionReading, listing: Listing) -> bool:
    """Whether its own number leaves nothing on offer. A full event closes none of its classes, and no number closes
    what sells on regardless of it.
    """
    if listing.platform is Platform.WOOCOMMERCE:
        return (listing.reading.remaining == 0 or has_none_left(listing)) and not listing.terms.sells_on
    capacity, taken = listing.reading.capacity, _own_taken(look, listing)
    return is_known(capacity) and is_known(taken) and capacity <= taken


def codes_wanted(look: DecisionReading, listing_id: str) -> bool:
    """Whether closing the listing would hide it, and the access codes that would still sell it are not read yet."""
    listing, event = look.listings.get(listing_id), look.event
    unasked = event is not None and event.access_codes is None and event.codes_unread is None
    return unasked and listing is not None and listing.reading.sold == 0


def _shares_its_checkout(look: DecisionReading) -> bool:
    return look.event is not None and len(look.event.ticket_classes) > 1


def goal_of_close(look: DecisionReading, listing: Listing) -> Goal:
    """How to close its sales: the capacity that is taken, or hiding an unsold ticket class. Raises `Guarded`."""
    guard_sells_by_number(listing)
    capacity, present = closed_capacity(look, listing), listing.reading.capacity
    if listing.platform is Platform.EVENTBRITE and listing.reading.sold == 0:
        return _hide(look, listing, present)
    none_left = is_closed_by_number(look, listing) or (is_known(present) and present <= capacity)
    # FooEvents may take a stock below 0 for no limit; what Eventbrite may show from before a change is no close.
    if none_left and not listing.terms.sells_on and listing.id not in look.doubtful:
        raise _closed_already(look, listing)
    return Goal(capacity, says=_of_those_kept(look, listing, capacity))


def _of_those_kept(look: DecisionReading, listing: Listing, capacity: int) -> tuple[str, ...]:
    """That a capacity which closes it keeps seats for its own checkout, and what becomes of those that nobody pays."""
    sold = listing.reading.sold
    kept = capacity - sold if look.event is not None and is_known(sold) else 0
    if kept <= 0:
        return ()
    which = "1 seat is" if kept == 1 else f"{kept} seats are"
    return (f"{which} kept for a checkout, and on sale again if that is given up: close it again then",)


def _closed_already(look: DecisionReading, listing: Listing) -> Guarded:
    """That its number leaves nothing; which closes it only where nobody sells it by anything else, and where what it
    leaves is not merely in checkouts.
    """
    unknown = listing.offer.unknown
    if unknown is not None:
        return Guarded(RefusalCode.SOLD_UNKNOWN, f"its number leaves nothing to be sold, but {unknown}")
    if in_checkout := _left_in_checkouts(look, listing):
        last = "the last one is" if in_checkout == 1 else f"the last {in_checkout} are"
        words = f"nothing of it is on offer now, but {last} in a checkout, and on sale again if that is given up: "
        return Guarded(RefusalCode.NO_CHANGE, f"{words}close it then")
    return Guarded(RefusalCode.NO_CHANGE, "it is closed already: nothing is on offer")


def _left_in_checkouts(look: DecisionReading, listing: Listing) -> int:
    """The places that its number leaves, and that somebody at Eventbrite has in the checkout."""
    capacity, sold = listing.reading.capacity, listing.reading.sold
    left = capacity - sold if look.event is not None and is_known(capacity) and is_known(sold) else 0
    return max(0, left)


def _hide(look: DecisionReading, listing: Listing, present: Quantity) -> Goal:
    if look.is_hidden(listing.id) and listing.id not in look.doubtful:
        doubt = f"; but {unknown}" if listing.terms.by_code is None and (unknown := listing.offer.unknown) else ""
        raise Guarded(RefusalCode.NO_CHANGE, f"it is hidden already, and nothing of it is sold{doubt}")
    guard_no_code(look, listing)
    return Goal(present if is_known(present) else 0, hide=True)


def guard_no_code(look: DecisionReading, listing: Listing) -> None:
    """Raises `Guarded` if a class would stay on sale although hidden: to anybody with an access code of the event."""
    classes = look.event.ticket_classes if look.event is not None else ()
    own = next((each for each in classes if str(TicketClassId(each.event_id, each.id)) == listing.id), None)
    if look.event is not None and own is not None and look.event.opened_by_code(own, look.at):
        raise Guarded(
            RefusalCode.SELLS_BY_CODE,
            "nothing of it is sold, so it can only be hidden, and an access code of the event would still sell it: "
            "delete that code, or end the sales of the class, in Eventbrite",
        )


def _is_a_closing(entry: Entry) -> bool:
    """Whether the undo of this entry opens what it closed, or hides again what it showed."""
    return entry.action == Action.CLOSE.value or hides(entry) is False


def _to_take_back(past: PastChanges) -> Sequence[Entry]:
    """The one close that is undone, or every closing that nothing here opened again, newest first."""
    followed = past.followed
    return [followed] if followed is not None and _is_a_closing(followed) else _closings(past.entries)


def _by_number(closed: Sequence[Entry]) -> list[Entry]:
    """Those of these closings that lowered a capacity: the others hid a class."""
    return [entry for entry in closed if hides(entry) is None]


def _goal_of_showing(listing: Listing, lowered: Sequence[Entry] = ()) -> Goal:
    """A hidden class is shown as it is, also where its capacity was lowered before that."""
    present = listing.reading.capacity
    goal = Goal(present if is_known(present) else 0, hide=False)
    if not lowered:
        return goal
    before = f"reopen it once more for the {capacity_before(lowered[-1])} of before"
    return replace(goal, says=(f"it is shown with the capacity it has now ({present}): {before}",))


def goal_of_reopen(look: DecisionReading, listing: Listing, past: PastChanges) -> Goal:
    """The state before the first closing that no reopening followed, or before the one close that is undone.

    Raises `Guarded`.
    """
    hidden, done = look.is_hidden(listing.id), _to_take_back(past)
    if not done and hidden and _hidden_here(past.entries):
        return _goal_of_showing(listing)
    if not done:
        raise Guarded(RefusalCode.NO_CHANGE, _nothing_to_reopen(listing, hidden=bool(hidden)))
    lowered = _by_number(done)
    may_be_hidden = hidden is not False or listing.id in look.doubtful  # showing what is shown does no harm
    if len(lowered) < len(done) and may_be_hidden:
        return _goal_of_showing(listing, lowered)
    if not lowered:
        raise Guarded(RefusalCode.NO_CHANGE, "it is shown for sale already")
    return _restored(capacity_before(lowered[-1]))


def _nothing_to_reopen(listing: Listing, *, hidden: bool) -> str:
    """Why there is nothing to restore, and what puts it on sale: a number only where nothing else stops its sales."""
    if listing.status is Status.ON_SALE:
        return _ON_SALE
    if listing.offer.rule is OfferRule.NOT_YET_ON_SALE:
        return _LATER
    stopped = listing.offer.is_stopped and listing.offer.rule not in _BY_NUMBER
    if hidden or stopped or listing.offer == (0, OfferRule.EVENT_CAPACITY):
        where = CHANGED_IN[listing.platform]
        return f"{_NOT_CLOSED_HERE}, and no number puts it on sale ({listing.offer.words}): change that in {where}"
    return f"{_NOT_CLOSED_HERE}, so it cannot know what to restore: set a number"


def _restored(before: int | str | None) -> Goal:
    """The capacity from before a closing; what FooEvents sold without limit below 0 had none. Raises `Guarded`."""
    if type(before) is not int or before < 0:
        raise Guarded(RefusalCode.UNLIMITED, "it sold without limit before: set that in the shop, or a number here")
    return Goal(before)
