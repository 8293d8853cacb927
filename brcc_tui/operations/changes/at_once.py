"""Plans a previously confirmed change under its lock, on the very reading on which it is then written.

What a person confirmed was planned by another process. Its plan is made again and must have the same digest. Because
the lock is taken before that, this reading serves as the second reading too: nothing that another copy of this program
does can come between it and the write. The age limit of a second reading applies to it, and all guards are checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import ChangeRequest, Plan
from brcc_tui.model.listing import Listing
from brcc_tui.operations.actor import actor
from brcc_tui.operations.changes.decision_reader import DecisionReader
from brcc_tui.operations.changes.decision_reading import DecisionReading, Subject, subject_of
from brcc_tui.operations.changes.guards import Guarded, of_app_error
from brcc_tui.operations.changes.locking import SubjectLock, about_seconds, change_in_words, lock_subject
from brcc_tui.operations.changes.plan import plan_changes
from brcc_tui.operations.context import ClubContext


@dataclass(slots=True)
class Prepared:
    """The locks already held, the readings made under them, and who made them.

    Each can be taken over once, when the plan is applied; `release` returns the others.
    """

    reader: DecisionReader | None = None
    locks: dict[Subject, SubjectLock] = field(default_factory=dict)
    looks: dict[Subject, DecisionReading] = field(default_factory=dict)

    async def release(self) -> None:
        """Let go of every lock that was not taken over."""
        self.looks.clear()
        while self.locks:
            _, held = self.locks.popitem()
            await held.release()


async def plan_under_lock(
    club: ClubContext,
    wish: ChangeRequest,
    prepared: Prepared,
    known: Sequence[Listing] = (),
    *,
    to_settle: bool = True,
    confirmed: str | None = None,
) -> Plan:
    """The plan for one request, with its lock and its reading kept in `prepared`; without the lock, an ordinary plan.

    Whoever has the lock is named when the plan is applied. Raises nothing for the request: it becomes a refusal.
    `known` is the listing in the catalogue, `to_settle` whether it will be watched: what others are told meanwhile.
    `confirmed` is the digest that was confirmed.
    """
    words = {listing.id: change_in_words(listing) for listing in known} or {wish.listing_id: wish.listing_id}
    try:
        subject, seconds = subject_of(wish.listing_id), about_seconds(club, 1, to_settle=to_settle)
        held = await lock_subject(club, subject, actor(club.settings.operator), seconds=seconds, listings=words)
    except (Guarded, AppError):
        return await plan_changes(club, [wish], confirmed=confirmed)
    prepared.locks[subject] = held
    prepared.reader = DecisionReader(club)
    look: DecisionReading | Guarded
    try:
        look = await prepared.reader.look(subject, held.remote)
    except AppError as app_error:
        look = of_app_error(app_error)
    else:
        prepared.looks[subject] = look
    # Whether the key may write was asked for the plan that was confirmed; the write itself will tell.
    plan = await plan_changes(club, [wish], looks={wish.listing_id: look}, ask_key=False, confirmed=confirmed)
    if not plan.changes:
        await prepared.release()
    return plan
