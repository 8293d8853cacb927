"""What people set for the venue: rooms, pairings, what is a seat, house seats. Nothing is sent to a shop.

Each change is stored with who made it, appears in the history, and can be undone there.
"""

from __future__ import annotations

import datetime as dt
import enum
import itertools
from collections.abc import Collection, Sequence

from brcc_tui.model.app_error import AppError
from brcc_tui.model.listing import Listing
from brcc_tui.model.shows.belonging import names_of
from brcc_tui.model.shows.show import HouseSeats, PairingState, Show
from brcc_tui.model.shows.venue_rules import DEFAULT_ROOM, Moved
from brcc_tui.operations.actor import actor
from brcc_tui.operations.catalogue.shows import find_and_keep_pairings, site_zone
from brcc_tui.operations.context import ClubContext, LocalStores
from brcc_tui.store.journal_entries import Entry
from brcc_tui.store.venue_history import VenueChange, changed_rows, venue_entry_subject
from brcc_tui.store.venue_rows import VenueRows

_EVERY_DATE, _THIS_DATE = "on every date", "this date alone"
_FOUND_ANEW = frozenset({"room_of", "is_seat", "moved", "hours"})
"""Kinds of rows that decide which listings are thought to belong together."""


class NotHeldBack(AppError):
    """House seats that a room does not have."""


class CannotBeTakenBack(AppError):
    """The entry was changed since, or cannot be undone here."""


def new_change(
    club: ClubContext | LocalStores, action: str, show: Show | None = None, subject: str = "", reason: str = ""
) -> VenueChange:
    """What a person set, with the operator's name."""
    return VenueChange(
        actor(club.settings.operator), club.clock.now(), action, show.id if show else None, subject, reason
    )


def confirm_pairing(club: ClubContext | LocalStores, show: Show) -> None:
    """A person confirms that all listings of the show sell its seats: stored for their groups over all dates.

    An unusual date (a 22:00 event in an 8 pm series) is confirmed only for itself.
    """
    change = new_change(club, "pairing", show)
    change.before, change.after = _pairing_words(show), "confirmed"
    with club.venue.record(change) as rows:
        rules, found, zone = club.venue.rules(), club.venue.found(), site_zone(club, show.listings)
        apart = [x for x in show.listings if found.start(x) is not None and rules.start(x, zone) is None]
        for group in {listing.group for listing in apart}:
            every = _moves_on_every_date(club, group, found.moved)
            _set_start(rows, [x for x in apart if x.group == group], show.starts_at, zone, every_date=every)
        rows.confirm_together(names_of(show.listings, club.venue.rules(), found))


def _moves_on_every_date(club: ClubContext | LocalStores, group: str, moved: Collection[str]) -> bool:
    """Whether all dates of the group were found to begin at another hour than their shop says."""
    dates = (x for x in club.cache.listings() if x.group == group and x.starts_at is not None)
    return all(x.id in moved for x in dates)


def forget_pairing(club: ClubContext | LocalStores, show: Show) -> None:
    """Takes that back, and with it every start that a person gave to a listing of the show."""
    change = new_change(club, "pairing", show)
    change.before, change.after = _pairing_words(show), "not confirmed"
    with club.venue.record(change) as rows:
        rows.forget_together(names_of(show.listings, club.venue.rules(), club.venue.found()))
        for listing in show.listings:
            rows.move(listing.id, None)
            rows.set_hours(listing.group, None)


def _pairing_words(show: Show) -> str:
    return "confirmed" if show.pairing.state is PairingState.CONFIRMED else "not confirmed"


def split_off(club: ClubContext | LocalStores, show: Show, listings: Sequence[Listing], *, every_date: bool) -> str:
    """These listings of the show sell seats of another room, a new one with the first room's seats; returns its name.

    It is the first of `room 2`, `room 3`, ... about which nothing is known: two shows at one time must not be assumed
    to share seats.
    """
    subjects = sorted({listing.group if every_date else listing.id for listing in listings})
    change = new_change(club, "room", show, " ".join(subjects), _dates(every_date=every_date))
    change.before = show.room.name
    with club.venue.record(change) as rows:
        rules = club.venue.rules()
        named = {*rules.rooms, *rules.room_of.values()}
        name = next(f"room {n}" for n in itertools.count(2) if f"room {n}" not in named)
        change.after = name
        rows.set_room(name, rules.rooms[DEFAULT_ROOM].seats)
        for subject in subjects:
            rows.assign_room(subject, name)
        find_and_keep_pairings(club, club.cache.listings())
    return name


def merge(club: ClubContext | LocalStores, show: Show, listings: Sequence[Listing], *, every_date: bool) -> None:
    """These listings of other shows sell this show's seats: they join its room and start, and are confirmed.

    With `every_date` their groups do so on all dates at which their shop gives the same hour; a start on another day
    can only belong to a single listing.
    """
    zone = site_zone(club, show.listings)
    subjects = sorted({listing.group if every_date else listing.id for listing in listings})
    change = new_change(club, "pairing", show, " ".join(subjects), _dates(every_date=every_date))
    change.before, change.after = "of another show", "sells this show's seats"
    with club.venue.record(change) as rows:
        for listing in listings:
            if club.venue.rules().room(listing) != show.room.name:
                rows.assign_room(listing.group if every_date else listing.id, show.room.name)
        elsewhere = [x for x in listings if x.starts_at is None or x.starts_at.astimezone(zone) != show.starts_at]
        _set_start(rows, elsewhere, show.starts_at, zone, every_date=every_date)
        find_and_keep_pairings(club, club.cache.listings())
        rows.confirm_together(names_of((*show.listings, *listings), club.venue.rules(), club.venue.found()))


def _set_start(
    rows: VenueRows, listings: Sequence[Listing], start: dt.datetime, zone: dt.tzinfo, *, every_date: bool
) -> None:
    for listing in listings:
        says = listing.starts_at.astimezone(zone) if listing.starts_at else None
        if every_date and says is not None and says.date() == start.date():
            rows.set_hours(listing.group, (says.time(), start.timetz().replace(tzinfo=None)))
        else:
            rows.move(listing.id, Moved(says, start))


def _dates(*, every_date: bool) -> str:
    return _EVERY_DATE if every_date else _THIS_DATE


def set_is_seat(club: ClubContext | LocalStores, subject: str, is_seat: bool | None) -> None:
    """A listing, a group or a whole product (`wc:<product>`) sells seats, or does not; None forgets what was said."""
    change = new_change(club, "is_seat", None, subject)
    words = {True: "a seat", False: "no seat", None: "as its shop says"}
    with club.venue.record(change) as rows:
        change.before, change.after = words[club.venue.rules().is_seat.get(subject)], words[is_seat]
        rows.set_is_seat(subject, is_seat)
        find_and_keep_pairings(club, club.cache.listings())


class SeatsFor(enum.StrEnum):
    """What a number of seats applies to: one night, all nights of its series and slots, or the room."""

    SHOW = "show"
    SERIES = "series"
    ROOM = "room"


def set_seats(club: ClubContext | LocalStores, show: Show, seats: int | None, whose: SeatsFor) -> None:
    """Sets the number of seats. None resets a show or series to its room's number; a room always has a number."""
    subject = {SeatsFor.SHOW: "this show", SeatsFor.SERIES: "its whole series", SeatsFor.ROOM: f"room {show.room.name}"}
    change = new_change(club, "seats", None if whose is SeatsFor.ROOM else show, subject[whose])
    change.before, change.after = show.room.seats, "as the room" if seats is None else seats
    if whose is SeatsFor.ROOM and seats is None:
        return
    with club.venue.record(change) as rows:
        if whose is SeatsFor.ROOM and seats is not None:
            rows.set_room(show.room.name, seats)
        else:
            rows.set_seats({x.group if whose is SeatsFor.SERIES else x.id for x in show.listings}, seats)


def hold_back(club: ClubContext | LocalStores, show: Show, seats: int, note: str = "") -> str | None:
    """The house keeps so many seats of the show for itself, 0 for none; returns the entry's id, None if nothing
    changed.

    More than are unsold is allowed, because the shops keep selling: then none is free, and the show says so
    (`house_seats.py`). Raises `NotHeldBack` for more seats than there are.
    """
    if not 0 <= seats <= show.room.seats:
        raise NotHeldBack(
            f"{seats} seats cannot be held back: the room has {show.room.seats}",
            subject=show.id,
            next_step="name a number from 0 up to that",
        )
    change = new_change(club, "hold", show, reason=" ".join(note.split()))
    house = HouseSeats(seats, change.reason, frozenset(listing.id for listing in show.listings)) if seats else None
    with club.venue.record(change) as rows:
        held_back = club.venue.rules().held_back
        names = {show.id, *show.house} & held_back.keys()
        change.before, change.after = sum(held_back[name].seats for name in names), seats
        for name in names - {show.id}:
            rows.hold_back(name, None)
        rows.hold_back(show.id, house)
    return change.id


def find_said(club: ClubContext | LocalStores, entry_id: str) -> Entry | None:
    """The entry of that id in the venue's history; None where it has none."""
    return next((entry for entry in club.venue.history() if entry.id == entry_id.strip().lower()), None)


def take_back(club: ClubContext | LocalStores, entry: Entry, reason: str = "") -> Entry:
    """Restores everything that this entry changed; returns the new entry. Raises `CannotBeTakenBack`."""
    rows = changed_rows(entry)
    if entry.damage is not None:
        raise CannotBeTakenBack(f"its record is broken: {entry.damage}", subject=entry.id, next_step="set it again")
    if not rows:
        raise CannotBeTakenBack(
            "this cannot be taken back here", subject=entry.id, next_step="settings are changed with brcc-tui setup"
        )
    change = new_change(club, entry.action, reason=reason or f"takes back {entry.id}")
    change.show, change.subject, change.undoes = entry.show, venue_entry_subject(entry), entry.id
    change.before, change.after = entry.after, entry.before
    if not club.venue.take_back(change, rows):
        by = _changed_by(club, entry)
        raise CannotBeTakenBack(
            f"it was changed since{by}", subject=entry.id, next_step="undo that first, or set it again"
        )
    if any(kind in _FOUND_ANEW for kind, _ in rows):
        find_and_keep_pairings(club, club.cache.listings())
    entries = club.venue.history()
    return next(new for new in entries if new.id == change.id)


def _changed_by(club: ClubContext | LocalStores, entry: Entry) -> str:
    """Who has said something else of the same since, as the end of a sentence; empty where nobody is known."""
    rows = changed_rows(entry).keys()
    others = (other for other in club.venue.history() if other.id != entry.id and other.damage is None)
    later = next((other for other in others if changed_rows(other).keys() & rows), None)
    return f" by {later.actor} ({later.id})" if later is not None else ""
