"""Reads again, checks the guards, records the checkpoint and sends the number. The only module that calls a write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from brcc_tui.model.app_error import AppError
from brcc_tui.model.catalogue import Product
from brcc_tui.model.changes.permit import WritePermit
from brcc_tui.model.changes.plan import Action, Outcome, RefusalCode, ShowRule
from brcc_tui.model.fooevents.booking_text import META_KEY, NotEditable
from brcc_tui.model.listing import StockMethod
from brcc_tui.model.listing_id import CellId, TicketClassId, parse_listing_id
from brcc_tui.model.quantity import UNLIMITED, is_known, plain
from brcc_tui.operations.changes.batch import Batch, PlanRun
from brcc_tui.operations.changes.collateral import OPENED
from brcc_tui.operations.changes.decision_reading import DecisionReading, subject_of
from brcc_tui.operations.changes.expectations import Expectations, placed
from brcc_tui.operations.changes.guards import Guarded, guard_text, of_app_error
from brcc_tui.operations.changes.lifecycle import State
from brcc_tui.operations.changes.propose import not_shown_yet
from brcc_tui.operations.changes.recheck import (
    Conflicted,
    NothingLeft,
    WriteInstruction,
    ceilings,
    check_again,
)
from brcc_tui.operations.changes.recorder import ChangeRecorder
from brcc_tui.operations.context import ClubContext
from brcc_tui.platforms.errors import NotThere, PlatformError, Unclear
from brcc_tui.store.journal_file import JournalUnavailable

LOOKS: Final = 3
"""Second readings before a difference is believed: a cancel gives its places back some milliseconds late."""

REREAD_DELAY: Final = 1.0
ROUNDS: Final = 3
"""Times that a reading may grow old, or the lock be lost, before the change is given up."""


_Verdict = WriteInstruction | Conflicted | Guarded | NothingLeft
"""What the second reading says of a change."""


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """What one request will carry: the stored numbers by listing, and for bookings the text they stand in."""

    numbers: Mapping[str, int]
    text: str | None = None
    row: int | None = None
    hide: bool | None = None


async def write_batch(run: PlanRun, batch: Batch) -> None:
    """Carry the batch to `answered` or `unanswered`; changes that cannot be sent end here."""
    try:
        for _ in range(ROUNDS):
            look = await _second_reading(run, batch)
            if look is None or not batch.open:
                return
            try:
                request = request_of(look, {recorder.id: batch.instructions[recorder.id] for recorder in batch.open})
            except Guarded as no:
                _give_up_all(run, batch, Outcome.REFUSED, no.reason)
                return
            if await _checkpoint_and_send(run, batch, look, request):
                return
        slow = "the numbers grew old before they could be written: the answers are slow"
        _give_up_all(run, batch, Outcome.REFUSED, slow)
    except JournalUnavailable as app_error:
        _give_up_all(run, batch, Outcome.REFUSED, f"nothing was sent, for it could not be recorded: {app_error}")


async def _second_reading(run: PlanRun, batch: Batch) -> DecisionReading | None:
    """Read until what differs from the plan is no sale or cancel in progress; then end what must not be written."""
    for attempt in range(LOOKS):
        if attempt:
            await run.club.clock.sleep(REREAD_DELAY)
        try:
            look, allowed = await _look_with_ceilings(run, batch)
        except Guarded as no:
            _give_up_all(run, batch, Outcome.REFUSED, no.reason)
            return None
        except AppError as app_error:
            gone = isinstance(app_error, NotThere)
            _give_up_all(run, batch, Outcome.CONFLICT if gone else Outcome.REFUSED, of_app_error(app_error).reason)
            return None
        found = {recorder: _checked(recorder, look, allowed) for recorder in batch.open}
        if not _may_pass(found.values()):
            break
    batch.see(look)
    for recorder, verdict in found.items():
        if not recorder.ended:  # else it went with another listing of its show
            _take_verdict(run, batch, look, recorder, verdict)
    return look


def _may_pass(verdicts: Iterable[_Verdict]) -> bool:
    """Whether a sale or cancel in progress may be all that differs from the plan."""
    return any(isinstance(verdict, Conflicted) and verdict.may_pass for verdict in verdicts)


async def _look_with_ceilings(run: PlanRun, batch: Batch) -> tuple[DecisionReading, Mapping[str, int | None]]:
    """A reading under the lock, with what the plan's rules allow by it and the rest of the show. Raises `AppError`."""
    mates = await run.read_mates(batch)
    look = await run.second_look(batch.subject)
    batch.mates = mates.values()
    changes = [recorder.change for recorder in batch.open]
    rules = [rule for rule in run.confirmed.plan.rules if batch.subject in map(subject_of, rule.listing_ids)]
    if not batch.lowers:
        _guard_shown(run, batch, rules, [look, *mates.values()])
    return look, ceilings(rules, {**mates, batch.subject: look}, batch.subject, changes)


def _guard_shown(run: PlanRun, batch: Batch, rules: Iterable[ShowRule], looks: Iterable[DecisionReading]) -> None:
    """Raise `Guarded` where Eventbrite does not show yet what this very plan has made of the show: the old number is
    no base for what is left to raise.
    """
    made = {recorder.id for recorder in run.recorders if recorder.sent} - {recorder.id for recorder in batch.open}
    doubtful = frozenset().union(*(look.doubtful for look in looks))
    for rule in rules:
        for listing_id in rule.listing_ids:
            if listing_id in made & doubtful:
                raise Guarded(RefusalCode.SOLD_UNKNOWN, not_shown_yet(listing_id))


def _take_verdict(
    run: PlanRun, batch: Batch, look: DecisionReading, recorder: ChangeRecorder, verdict: _Verdict
) -> None:
    """End the change that must not be written; of the others note what is to be."""
    if isinstance(verdict, Conflicted):
        run.give_up(recorder, Outcome.CONFLICT, verdict.reason)
        return
    if isinstance(verdict, Guarded):
        run.give_up(recorder, Outcome.REFUSED, verdict.reason)
        return
    recorder.capacity = verdict.capacity
    recorder.move(State.READ_AGAIN, capacity=plain(recorder.reading.capacity), taken=plain(look.taken(recorder.id)))
    if isinstance(verdict, NothingLeft):
        recorder.end(Outcome.SETTLED, str(verdict))
    else:
        batch.instructions[recorder.id] = verdict


def _checked(recorder: ChangeRecorder, look: DecisionReading, allowed: Mapping[str, int | None]) -> _Verdict:
    try:
        return check_again(recorder.change, look, allowed)
    except (Conflicted, Guarded, NothingLeft) as no:
        return no


def request_of(look: DecisionReading, instructions: Mapping[str, WriteInstruction]) -> WriteRequest:
    """Turn capacities into what is stored. Raises `Guarded` when the text cannot take them."""
    method = look.listings[next(iter(instructions))].stock_method
    if method is StockMethod.TICKET_CLASS_CAPACITY:
        instruction = next(iter(instructions.values()))
        return WriteRequest(dict.fromkeys(instructions, instruction.capacity), hide=instruction.hide)
    numbers = {}
    for listing_id, instruction in instructions.items():
        taken = look.taken(listing_id)
        if not is_known(taken):
            raise Guarded(RefusalCode.SOLD_UNKNOWN, "the places taken are not known, so nothing is written")
        numbers[listing_id] = max(0, instruction.capacity - taken)
    return request_of_numbers(look, numbers) if method is StockMethod.BOOKING_STOCK else WriteRequest(numbers)


def request_of_numbers(look: DecisionReading, numbers: Mapping[str, int]) -> WriteRequest:
    """Put these remaining numbers into the booking text that was just read. Raises `Guarded`."""
    text = guard_text(look)
    stocks, unlimited = {}, set()
    for listing_id, number in numbers.items():
        cell = parse_listing_id(listing_id)
        if not isinstance(cell, CellId):
            raise Guarded(RefusalCode.NO_STOCK_TO_CHANGE, f"{listing_id} is no cell of a booking text")
        stocks[cell.slot, cell.date] = number
        if look.listings[listing_id].reading.remaining is UNLIMITED:
            unlimited.add((cell.slot, cell.date))
    try:
        edited = text.edit(stocks, from_unlimited=unlimited)
    except NotEditable as app_error:
        raise Guarded(RefusalCode.INVALID_TEXT, str(app_error)) from None
    return WriteRequest(numbers, edited, look.booking_rows()[0].id)


async def _checkpoint_and_send(run: PlanRun, batch: Batch, look: DecisionReading, request: WriteRequest) -> bool:
    """True when the batch went on or ended; False when the numbers must be read again."""
    if _stopped(run, batch):
        return True
    wanted = {recorder.id: recorder.capacity for recorder in batch.open}
    batch.move(State.CHECKPOINTED, wanted=wanted, **checkpoint(look, request))
    if (held := await run.holds_locks(batch)) is not True:
        batch.move(State.HELD_BACK, "the lock was lost")
        if held is None:
            return False
        _give_up_all(run, batch, Outcome.REFUSED, "the lock was lost before anything was sent: plan again")
        return True
    if _stopped(run, batch):
        return True
    batch.move(State.SENT, numbers=dict(request.numbers))
    if run.too_old(look) or run.too_old_for_a_mate(batch):
        batch.move(State.HELD_BACK, "the numbers had grown old")
        return False
    _expect(batch, look, wanted, request)
    await send(run, batch, request, run.confirmed.permit(*request.numbers))
    return True


def _expect(batch: Batch, look: DecisionReading, wanted: Mapping[str, int], request: WriteRequest) -> None:
    """Note what is to stand once this is sent, and by which numbers a later reading is known to be an old one."""
    if batch.method is not StockMethod.TICKET_CLASS_CAPACITY:
        closing = {d.id: None for d in batch.open if d.change.action is Action.CLOSE}
        batch.expectations = Expectations.open(look, {**wanted, **closing}, request.numbers)
    batch.stale = frozenset(
        plain(reading.capacity) for d in batch.open for reading in (d.change.before, look.listings[d.id].reading)
    )
    batch.look = look
    batch.seen_at = None  # what was seen so far is the old number


def _stopped(run: PlanRun, batch: Batch) -> bool:
    """End the batch where nothing new is to be sent."""
    why = run.sends_nothing_new
    if why is not None:
        _give_up_all(run, batch, Outcome.INTERRUPTED if run.stop() else Outcome.REFUSED, why)
    return why is not None


async def send(
    run: PlanRun, batch: Batch, request: WriteRequest, permit: WritePermit, *, correcting: bool = False
) -> None:
    """Make the request and record the answer; the move `sent` is in the journal already.

    A refusal of the shop ends the changes, unless they were written before: then this is a correction, or the
    repeat of a request without an answer, and its refusal does not say that the first was not done.
    """
    batch.writes += 1
    run.seen.pop(batch.subject, None)
    run.looks.pop(batch.subject, None)
    batch.answer, batch.saved = {}, {}
    try:
        write = _write_ticket_class if batch.method is StockMethod.TICKET_CLASS_CAPACITY else _write_product
        answer = await write(run.club, batch, request, permit)
    except Unclear as app_error:
        batch.unanswered = not correcting
        batch.met.append(app_error.met)
        batch.move(State.UNANSWERED, str(app_error), reason=str(app_error))
    except PlatformError as app_error:
        if correcting or batch.unanswered:
            batch.met.append(app_error.happened.removeprefix("the shop "))
            batch.move(State.UNANSWERED, str(app_error), reason=str(app_error))
        else:
            _give_up_all(run, batch, Outcome.REFUSED, f"the shop did not accept it: {app_error}")
    else:
        batch.unanswered = False
        batch.answer = answer
        batch.move(State.ANSWERED, **answer)


async def _write_product(
    club: ClubContext, batch: Batch, request: WriteRequest, permit: WritePermit
) -> dict[str, object]:
    """Write a booking text, or a product's stock; what the shop answered, as the journal keeps it."""
    if club.woocommerce is None:
        raise AssertionError("planned without a shop")
    number = int(batch.subject.number)
    if request.text is not None and request.row is not None:
        product = await club.woocommerce.set_booking_text(
            permit, number, request.row, request.text, frozenset(request.numbers)
        )
        # Without the text in the answer nothing is known of it, which is not another text.
        rows = product.rows(META_KEY)
        same = any(row.value == request.text for row in rows) if rows else None
        return {"same_text": same, "saved": _saved(product)}
    product = await club.woocommerce.set_stock(permit, number, next(iter(request.numbers.values())))
    return {"stock": product.stock_quantity, "saved": _saved(product)}


def _saved(product: Product) -> str | None:
    return product.saved.isoformat() if product.saved is not None else None


async def _write_ticket_class(
    club: ClubContext, batch: Batch, request: WriteRequest, permit: WritePermit
) -> dict[str, object]:
    """Write a class's capacity, or hide it; what the shop answered, as the journal keeps it."""
    parsed = parse_listing_id(batch.recorders[0].id)
    if club.eventbrite is None or not isinstance(parsed, TicketClassId):
        raise AssertionError("planned without Eventbrite")
    if request.hide is not None:
        answer = await club.eventbrite.set_hidden(permit, parsed.event, parsed.ticket_class, request.hide)
        return {"capacity": answer.capacity, "sold": answer.quantity_sold, "hidden": answer.hidden}
    asked = next(iter(request.numbers.values()))
    answer = await club.eventbrite.set_capacity(permit, parsed.event, parsed.ticket_class, asked)
    # Answers of 2018 tell the effective total alone, which may be that of the event: only the number asked for is sure.
    total = answer.quantity_total if answer.quantity_total == asked else None
    capacity = answer.capacity or total  # 0 is no capacity that a class can have
    return {"capacity": capacity, "sold": answer.quantity_sold, "hidden": answer.hidden}


def checkpoint(look: DecisionReading, request: WriteRequest) -> dict[str, object]:
    """What the shop held before, exact to the byte, and every number that what is sent was computed from."""
    rows = look.booking_rows()
    kept: dict[str, object] = {
        "sends": dict(request.numbers),
        "stored": {listing_id: plain(look.listings[listing_id].reading.remaining) for listing_id in request.numbers},
        "capacity": {listing_id: plain(look.listings[listing_id].reading.capacity) for listing_id in request.numbers},
        "taken": {listing_id: plain(look.taken(listing_id)) for listing_id in look.listings},
        "read_at": look.at.isoformat(),
        "saved": look.saved.isoformat() if look.saved is not None else None,
        OPENED: look.opened,
    }
    if request.text is not None:
        kept |= {"row": rows[0].id, "text": rows[0].value, **_as_orders_tell(look)}
    if request.hide is not None:
        kept["hide"] = request.hide
    return kept


def _as_orders_tell(look: DecisionReading) -> dict[str, object]:
    """The places that live orders had of each date of which not all that is taken is known, if there is any."""
    untold = [listing_id for listing_id in look.listings if not is_known(look.taken(listing_id))]
    return {"placed": {listing_id: placed(look, listing_id) for listing_id in untold}} if untold else {}


def _give_up_all(run: PlanRun, batch: Batch, outcome: Outcome, reason: str) -> None:
    for recorder in batch.open:
        if not recorder.ended:  # the first may have taken its show with it
            run.give_up(recorder, outcome, reason)
