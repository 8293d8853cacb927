"""Verifies a write to Eventbrite: the answer to the write is true; later readings may be minutes old."""

from __future__ import annotations

import dataclasses

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Action, Outcome
from brcc_tui.model.checkout import at_least
from brcc_tui.model.listing import Listing
from brcc_tui.model.listing_id import TicketClassId
from brcc_tui.model.quantity import Quantity, Unknown, is_known, plain, remaining_from
from brcc_tui.model.reading import Origin
from brcc_tui.model.shows.at_number import left_at, listing_at, with_sales
from brcc_tui.model.shows.sharing import listing_after
from brcc_tui.operations.changes.batch import Batch, PlanRun
from brcc_tui.operations.changes.decision_reading import DecisionReading
from brcc_tui.operations.changes.expectations import MAX_ROUNDS
from brcc_tui.operations.changes.known_state import why_hiding_unknown
from brcc_tui.operations.changes.lifecycle import State
from brcc_tui.operations.changes.recheck import WriteInstruction
from brcc_tui.operations.changes.recorder import ChangeRecorder
from brcc_tui.operations.changes.write import WriteRequest, send
from brcc_tui.store.journal_file import JournalUnavailable


async def take_answer(run: PlanRun, batch: Batch) -> None:
    """What the answer of the POST says; after an unclear one the same absolute number is sent once more."""
    recorder = batch.recorders[0]
    if not recorder.ended and batch.unanswered and not run.stop():
        await _repeat(run, batch, recorder)
    if not recorder.ended and not batch.unanswered:
        await _believe(run, batch, recorder)


async def _believe(run: PlanRun, batch: Batch, recorder: ChangeRecorder) -> None:
    """Take what was answered for what stands; where it does not tell that, or tells another number, look."""
    instruction, answer, capacity = batch.instructions[recorder.id], batch.answer, batch.answer.get("capacity")
    as_asked = (
        answer.get("hidden") == instruction.hide if instruction.hide is not None else capacity == instruction.capacity
    )
    _take_reading(run, batch, recorder, as_asked=as_asked)
    if as_asked:
        batch.seen_at = run.club.clock.now()  # its answer is true, and newer than any reading
        recorder.move(State.LOOKED, "as answered", capacity=plain(recorder.reading.capacity))
        await _close_what_was_given_back(run, batch, recorder)
        if not recorder.ended:
            _verified(recorder)
    elif capacity is None or instruction.hide is not None:
        await _look_at_once(run, batch, recorder)
    elif capacity in batch.stale and await _stands_after_all(run, batch, recorder):
        _verified(recorder)
    else:
        recorder.end(Outcome.CONFLICT, f"Eventbrite accepted the change but answered with capacity {capacity}")


async def _repeat(run: PlanRun, batch: Batch, recorder: ChangeRecorder) -> None:
    """Send the number again, unless others may have written meanwhile, or it puts seats on sale beside a show that was
    read too long ago.
    """
    if await run.holds_locks(batch) is not True:
        recorder.notes.append("it was not repeated, for the lock was lost: somebody else may have changed it since")
    elif recorder.change.lowers or not run.too_old_for_a_mate(batch):
        await _send_again(run, batch, recorder)
    else:
        recorder.notes.append("it was not repeated, for what the rest of its show offers was read too long ago")


def _verified(recorder: ChangeRecorder) -> None:
    recorder.move(State.VERIFIED, capacity=plain(recorder.reading.capacity), sold=plain(recorder.reading.sold))


def _take_reading(run: PlanRun, batch: Batch, recorder: ChangeRecorder, *, as_asked: bool) -> None:
    """What the answer tells of the class becomes its reading."""
    sold, capacity = batch.answer.get("sold"), batch.answer.get("capacity")
    hides, reading, seen = batch.instructions[recorder.id].hide, recorder.reading, recorder.listing
    if isinstance(capacity, int):
        known = sold if isinstance(sold, int) else Unknown("Eventbrite did not say")
        seen = with_sales(seen, known)
        none_left = hides and as_asked
        remaining = 0 if none_left else left_at(seen, remaining_from(capacity, known, at_least(reading.held)))
        reading = dataclasses.replace(
            reading, capacity=capacity, sold=known, remaining=remaining, read_at=run.club.clock.now(),
            stored_from=Origin.WRITE_ANSWER,
        )  # fmt: skip
    if as_asked:
        recorder.see(listing_after(recorder.change, reading, seen))
    elif reading is not recorder.reading:
        recorder.see(listing_at(seen, reading))
    if batch.look is not None and not hides and isinstance(capacity, int):
        listings = {**batch.look.listings, recorder.id: recorder.listing}
        run.seen[batch.subject] = dataclasses.replace(batch.look, listings=listings)


async def _close_what_was_given_back(
    run: PlanRun, batch: Batch, recorder: ChangeRecorder, shown: int | None = None, *, asks: bool = False
) -> None:
    """Take off sale what was given back since a class was closed at the places taken.

    What is read shows our own number, so it is no older than that. `shown` is how many are sold by it: fewer than an
    answer of ours told before, where some were given back. What left a checkout after that may be paid for, and not be
    shown yet: where a look is all that tells (`asks`), Eventbrite is given the same number first, for its answer is
    true.
    """
    for _ in range(MAX_ROUNDS + asks):
        instruction, sold = batch.instructions[recorder.id], _fewest_sold(recorder, shown)
        more, least = _given_back(recorder, instruction, sold)
        if more <= 0:
            return
        capacity = instruction.capacity if asks else least
        if least < 1 or run.stop() or not await _set_again(run, batch, recorder, capacity):
            back = "1 of these places was" if more == 1 else f"{more} of these places were"
            words = f"closed at {instruction.capacity}, but {back} given back, and on offer"
            recorder.end(Outcome.CONFLICT, f"{words}: close it again")
            return
        asks = False
        if is_known(recorder.reading.sold):
            shown = None  # the answer is newer


def _given_back(recorder: ChangeRecorder, instruction: WriteInstruction, sold: Quantity) -> tuple[int, int]:
    """How many places of a closed class are on offer again, with so many sold, and the capacity that leaves none."""
    if recorder.change.action is not Action.CLOSE or instruction.hide is not None or not is_known(sold):
        return 0, instruction.capacity
    return instruction.capacity - instruction.kept - sold, sold + instruction.kept


def _keep_what_is_in_checkout(batch: Batch, recorder: ChangeRecorder) -> None:
    """Of the seats that a closing left to its own checkout keep those alone that are in it still. What was paid for
    between two questions was counted twice; what was given up is on offer.
    """
    instruction, held = batch.instructions[recorder.id], recorder.reading.held
    if is_known(held) and held < instruction.kept:
        batch.instructions[recorder.id] = dataclasses.replace(instruction, kept=held)


def _fewest_sold(recorder: ChangeRecorder, shown: int | None) -> Quantity:
    sold = recorder.reading.sold
    if shown is None:
        return sold
    return min(sold, shown) if is_known(sold) else shown


async def _set_again(run: PlanRun, batch: Batch, recorder: ChangeRecorder, capacity: int) -> bool:
    """Write a closing's capacity anew, lower or as it is, with a checkpoint of its own; whether Eventbrite took it."""
    if not await batch.lock.still_ours():
        run.lock_lost = batch.subject
        return False
    before = batch.instructions[recorder.id]
    request, lowers = WriteRequest({recorder.id: capacity}), capacity < before.capacity
    words = "lowered to what is taken now" if lowers else "the same number once more, to be told what is sold by now"
    try:
        recorder.move(State.CORRECTING, words, sends=dict(request.numbers))
        recorder.move(State.SENT, numbers=dict(request.numbers))
    except JournalUnavailable as app_error:
        recorder.notes.append(f"it could not be lowered further: {app_error}")
        if recorder.state is State.CORRECTING:
            recorder.move(State.HELD_BACK, str(app_error))
        return False
    batch.answer = {}
    recorder.corrections += lowers
    await send(run, batch, request, run.confirmed.permit(recorder.id), correcting=True)
    if batch.answer.get("capacity") != capacity:
        return False
    batch.stale |= {before.capacity} if lowers else frozenset()
    batch.instructions[recorder.id] = dataclasses.replace(before, capacity=capacity)
    recorder.capacity = capacity
    _take_reading(run, batch, recorder, as_asked=True)
    recorder.move(State.LOOKED, "as answered", capacity=capacity)
    return True


async def _stands_after_all(run: PlanRun, batch: Batch, recorder: ChangeRecorder) -> bool:
    """Whether a look at once shows what was asked for, although the answer told the number that stood before.

    Another number would be somebody else's, which a look may not show yet.
    """
    try:
        look = await run.reader.look(batch.subject)
    except AppError:
        return False
    listing = look.listings.get(recorder.id)
    if listing is None or not _as_written(batch, recorder, look, listing):
        return False
    batch.see(look)
    recorder.move(State.LOOKED, "as asked, though not as answered", capacity=plain(recorder.reading.capacity))
    return True


async def _look_at_once(run: PlanRun, batch: Batch, recorder: ChangeRecorder) -> None:
    """Take an answer that does not tell what was set for no answer, until a look with the waypoint tells it."""
    batch.unanswered = True
    batch.met.append("accepted the change, but did not say what it did")
    if await examine_class(run, batch):
        _verified(recorder)


async def _send_again(run: PlanRun, batch: Batch, recorder: ChangeRecorder) -> None:
    instruction = batch.instructions[recorder.id]
    request = WriteRequest({recorder.id: instruction.capacity}, hide=instruction.hide)
    try:
        recorder.move(State.SENT, "once more, the same number", numbers=dict(request.numbers))
    except JournalUnavailable as app_error:
        recorder.notes.append(f"the request had no answer and could not be repeated: {app_error}")
        return
    await send(run, batch, request, run.confirmed.permit(recorder.id))


async def examine_class(run: PlanRun, batch: Batch) -> bool | None:
    """One later look. True: it stands as written (or a stale reading shows the old number, which proves nothing).

    False: an unclear write is not to be seen yet. None: it could not be read. Another number ends the change.
    """
    recorder = batch.recorders[0]
    try:
        look = await run.reader.look(batch.subject)
    except AppError as app_error:
        batch.see_nothing(app_error)
        return None
    batch.unseen = None  # when it was seen to stand is noted once it is seen to
    listing = look.listings.get(recorder.id)
    if listing is None:  # a list may come a moment behind the class, or short
        batch.see_nothing(AppError("the ticket class is gone from Eventbrite"), gone=True)
        return None
    if (why := _why_unknown(batch.instructions[recorder.id], look, listing)) is not None:
        batch.see_nothing(AppError(why))
        return None
    stands = _as_written(batch, recorder, look, listing)
    shown = plain(listing.reading.capacity)
    recorder.move(State.LOOKED, f"capacity {shown}", capacity=shown, as_written=stands)
    if stands:
        batch.unanswered = False
        batch.see(look)
        _keep_what_is_in_checkout(batch, recorder)
        await _close_what_was_given_back(run, batch, recorder, _sold_as_shown(look, recorder.id), asks=True)
        return None if recorder.ended else True
    if batch.unanswered:
        return False
    if shown in batch.stale or batch.instructions[recorder.id].hide is not None:
        recorder.notes.append("a later reading still showed the old number, as Eventbrite's readings may for minutes")
        return True
    batch.see(look)
    recorder.end(Outcome.CONFLICT, f"after our write somebody else set its capacity to {shown}: left as it is")
    return None


def _why_unknown(instruction: WriteInstruction, look: DecisionReading, listing: Listing) -> str | None:
    """Why the look does not say what the request was about: that is neither our state of it nor another."""
    if instruction.hide is not None:
        return why_hiding_unknown(look, listing.id)
    capacity = listing.reading.capacity
    return capacity.reason if isinstance(capacity, Unknown) else None


def _sold_as_shown(look: DecisionReading, listing_id: str) -> int | None:
    """How many are sold of the class by Eventbrite's reading alone."""
    classes = look.shown.ticket_classes if look.shown is not None else ()
    return next((x.quantity_sold for x in classes if str(TicketClassId(x.event_id, x.id)) == listing_id), None)


def _as_written(batch: Batch, recorder: ChangeRecorder, look: DecisionReading, listing: Listing) -> bool:
    instruction = batch.instructions[recorder.id]
    if instruction.hide is None:
        return listing.reading.capacity == instruction.capacity
    return look.is_hidden(recorder.id) == instruction.hide
