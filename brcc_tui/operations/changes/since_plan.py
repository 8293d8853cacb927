"""What was done or set here since a plan was made: no reading of a shop need show it, and nothing is sent over it."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from typing import Final

from brcc_tui.model.changes.plan import Action, Change, Danger
from brcc_tui.model.shows.venue_rules import DEFAULT_ROOM
from brcc_tui.operations.catalogue.shows import among_the_known
from brcc_tui.operations.changes.batch import PlanRun
from brcc_tui.operations.changes.lifecycle import State
from brcc_tui.operations.changes.recorder import ChangeRecorder
from brcc_tui.operations.context import ClubContext
from brcc_tui.store.journal_entries import Entry

_NEWEST: Final = 5
"""Changes of a listing that were sent last, among which one since the plan is looked for."""


def sent_since_the_plan(run: PlanRun) -> frozenset[str]:
    """The listings to which something may have been sent from here since the plan's oldest reading."""
    plan = run.confirmed.plan
    positions = [change.journal_position for change in plan.changes] + [rule.journal_position for rule in plan.rules]
    return run.club.journal.sent_after(min(positions, default=0))


def changed_since_the_plan(run: PlanRun, recorder: ChangeRecorder, sent: Collection[str]) -> str | None:
    """Why a change must be planned again for what was sent from here since; None where nothing was. `sent` are the
    listings to which something may have been.

    What a sync's rule counts on is asked as well: what the plan leaves alone has readings too. Raises
    `JournalUnavailable`.
    """
    plan, ours = run.confirmed.plan, {each.entry for each in run.recorders}
    positions = {recorder.id: recorder.change.journal_position}
    for rule in plan.rules:
        if recorder.id in rule.listing_ids:
            positions = dict.fromkeys(rule.listing_ids, rule.journal_position) | positions
    for listing_id, position in positions.items():
        if listing_id not in sent:
            continue
        entry = last_made_since(run.club, listing_id, position, but=ours)
        if entry is not None:
            which = "it" if listing_id == recorder.id else f"{listing_id}, of the same show,"
            return f"{entry.actor} changed {which} since the plan ({entry.id}). Plan again"
    return None


def last_made_since(
    club: ClubContext, listing_id: str, position: int, *, but: Collection[str | None] = ()
) -> Entry | None:
    """The newest change of a listing, none of `but`, that was made here since the journal stood there; None for none.

    By the order of records: a clock that was set back says nothing. Raises `JournalUnavailable`.
    """
    made = club.journal.made(listing_id, limit=_NEWEST)
    return next((entry for entry in made if entry.id not in but and was_made_since(entry, position)), None)


def was_made_since(entry: Entry, position: int) -> bool:
    """Whether a number of this change left since the journal stood there, or none was needed.

    Corrections do not count: they put back what the change had made of it before.
    """
    prepared, left = "", False
    for event, after in itertools.zip_longest(entry.events, entry.events[1:]):
        if event.event in (State.CHECKPOINTED.value, State.CORRECTING.value):
            prepared = event.event
        if event.event == State.SENT.value and prepared == State.CHECKPOINTED.value:
            left = True
            if event.position > position and (after is None or after.event != State.HELD_BACK.value):
                return True
    end = entry.last(State.SETTLED.value)
    return not left and end is not None and end.position > position


def beyond_the_room(club: ClubContext, changes: Mapping[str, Change]) -> dict[str, str]:
    """Changes to more seats than their room has for sale by now, of which their confirmation asked nothing: why.

    Another copy of the program may have given the room fewer seats, or held some back, since the plan.
    """
    rules = club.venue.rules()
    of_seats = {id_: change for id_, change in changes.items() if rules.sells_seats(change.listing)}
    found_shows = among_the_known(club, [change.listing for change in of_seats.values()]).shows
    shows = {x.id: show for show in found_shows for x in show.listings}
    found = {}
    for listing_id, change in of_seats.items():
        show = shows.get(listing_id)
        seats = show.room.seats - show.held_back if show else rules.rooms[DEFAULT_ROOM].seats
        if change.capacity > seats and not _may_be_beyond(change):
            found[listing_id] = f"its room has {seats} seats for sale now, fewer than when this was planned. Plan again"
    return found


def _may_be_beyond(change: Change) -> bool:
    """Whether it puts no seats on sale, or was confirmed as beyond the room."""
    return change.lowers or change.action is Action.CLOSE or Danger.BEYOND_ROOM in change.dangers
