"""A desk whose answers are written down: the same numbers at the same moment, whatever the shops do."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence

from fake_club import NOW, READ_AT, ZONE, club_listings, health, journal_entries

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import (
    Action,
    Change,
    ChangeRequest,
    ChangeResult,
    Danger,
    Outcome,
    Plan,
    Refusal,
    RefusalCode,
    Result,
    make_plan,
)
from brcc_tui.model.failure import Failure
from brcc_tui.model.listing import Listing, Platform
from brcc_tui.model.quantity import Unknown, add
from brcc_tui.model.reading import Source
from brcc_tui.model.shows.grouping import Programme, group_shows
from brcc_tui.model.shows.pair_finding import find_pairings
from brcc_tui.model.shows.sharing import listing_after
from brcc_tui.model.shows.show import HouseSeats, Room, Show, ShowFlag
from brcc_tui.model.shows.venue_rules import DEFAULT_ROOM, VenueRules
from brcc_tui.operations.catalogue.explain import Explanation, RuleStep
from brcc_tui.operations.catalogue.pace import Pace
from brcc_tui.operations.changes.close_show import closing
from brcc_tui.operations.changes.damaged_journal import Damage
from brcc_tui.operations.changes.history import Told
from brcc_tui.operations.changes.recorder import Step
from brcc_tui.operations.changes.recover import Recoverable
from brcc_tui.operations.diagnostics.health import HealthReport
from brcc_tui.platforms.timings import Timings
from brcc_tui.screens.state.board import Board
from brcc_tui.screens.state.desk import Desk


class FakeDesk(Desk):
    """Answers from memory. A `gate` that is cleared keeps answers back; `apply_error` is what applying raises."""

    def __init__(self, listings: list[Listing] | None = None, *, practice: bool = True) -> None:
        super().__init__(None)
        self.listings = {listing.id: listing for listing in (club_listings() if listings is None else listings)}
        self.failed = (Failure("wc:4077", "Open House", "booking text is not valid JSON"),)
        self.said_elsewhere = False
        self.who, self.shared = "", False
        self.rules = VenueRules({DEFAULT_ROOM: Room(DEFAULT_ROOM, 55)})
        self.shown_theme = ""
        self._practice = practice
        self.gate = asyncio.Event()
        self.gate.set()
        self.closed = False
        self.wanted: list[tuple[ChangeRequest, ...]] = []
        self.healed: list[str] = []
        self.synced: list[tuple[tuple[str, ...], bool, int]] = []
        self.applied: list[tuple[str, str]] = []
        self.apply_gate = asyncio.Event()
        self.apply_gate.set()
        self.merged: list[tuple[str, str, bool]] = []
        self.remembered: list[str] = []
        self.left_over: list[Recoverable] = []
        self.made: list[str] = []
        self.damage: Damage | None = None
        self.renewed = ""
        self.kept: list[str] = []
        self.too_high: list[str] = []
        self.recovered: list[tuple[str, str]] = []
        self.undone: list[str] = []
        self.no_pace = ""
        self.entries = journal_entries()
        self.measured = Timings(lambda: NOW)
        self.measured.record("GET events", 310.0, True)
        self.measured.record("GET products", 220.0, False, "no answer within 20 s")
        self.apply_error: Exception | None = None

    shop_name = "club.example"
    needs_settings = False

    @property
    def profile(self) -> str:
        return "practice" if self._practice else "production"

    def now(self) -> dt.datetime:
        return NOW

    def theme(self) -> str:
        return self.shown_theme

    def load_first(self, board: Board) -> None:
        self.load(board, {})

    def load(self, board: Board, known: Mapping[str, Listing]) -> None:
        board.listings = dict(self.listings)
        board.failed = self.failed
        board.read_at = READ_AT
        self.group(board)

    def programme(self, listings: list[Listing]) -> Programme:
        return group_shows(listings, self.rules, find_pairings(listings, self.rules), ZONE)

    def confirm_pairing(self, show: Show) -> None:
        groups = frozenset(listing.group for listing in show.listings)
        pairs = {frozenset((one, other)) for one in groups for other in groups if one != other}
        self.rules = dataclasses.replace(self.rules, together=self.rules.together | pairs)

    def set_is_seat(self, subject: str, is_seat: bool) -> None:
        self.rules = dataclasses.replace(self.rules, is_seat={**self.rules.is_seat, subject: is_seat})

    def split_off(self, show: Show, listing: Listing, *, every_date: bool) -> str:
        subject = listing.group if every_date else listing.id
        self.rules = dataclasses.replace(self.rules, room_of={**self.rules.room_of, subject: "room 2"})
        return "room 2"

    def merge(self, show: Show, listing: Listing, *, every_date: bool) -> None:
        self.merged.append((show.id, listing.id, every_date))

    def hold_back(self, show: Show, seats: int, note: str) -> str | None:
        house = HouseSeats(seats, note, frozenset(x.id for x in show.listings))
        self.rules = dataclasses.replace(self.rules, held_back={**self.rules.held_back, show.id: house})
        return "h1"

    def operator(self) -> str:
        return self.who

    def asks_who(self) -> bool:
        return self.shared and not self.who

    def set_operator(self, name: str) -> None:
        self.who, self.shared = name, False

    def take_back(self, entry_id: str) -> str:
        self.undone.append(entry_id)
        self.rules = dataclasses.replace(self.rules, held_back={})
        self.entries = [
            dataclasses.replace(each, outcome="rolled_back") if each.id == entry_id else each for each in self.entries
        ]
        return "house seats: 6 -> 0"

    def venue_changed(self) -> bool:
        changed, self.said_elsewhere = self.said_elsewhere, False
        return changed

    def remember_pairings(self, plan: Plan) -> bool:
        self.remembered.append(plan.digest)
        changed = {change.listing.id for change in plan.changes}
        shows = self.programme(list(self.listings.values())).shows
        open_ones = [show for show in shows if ShowFlag.UNCONFIRMED_PAIRING in show.flags]
        meant = [show for show in open_ones if changed & {each.id for each in show.listings}]
        for show in meant:
            self.confirm_pairing(show)
        return bool(meant)

    def set_seats(self, show: Show, seats: int | None, whose: str) -> None:
        self.rules = dataclasses.replace(self.rules, seats_of={x.id: seats or 55 for x in show.listings})

    async def open(self) -> None:
        await self.gate.wait()

    async def close(self) -> None:
        self.closed = True

    async def unfinished(self) -> bool:
        return bool(self.left_over)

    async def left_open(self) -> frozenset[str]:
        return frozenset(one.entry.id for one in self.left_over)

    async def journal_damage(self):
        return self.damage

    async def renew_journal(self, digest: str) -> str:
        self.damage, self.renewed = None, digest
        return "journal.sqlite.damaged-1"

    async def recoverable(self):
        return self.left_over

    async def under_way(self) -> list[str]:
        return self.made

    async def keep(self, entry_id: str) -> list[str]:
        self.kept.append(entry_id)
        return self.too_high

    async def plan_recovery(self, entry_id: str, choice: str) -> Plan:
        self.recovered.append((entry_id, choice))
        return await self.plan([ChangeRequest("eb:101:1011", Action.SET, 28)])

    async def plan_undo(self, *entry_ids: str) -> Plan:
        self.undone += entry_ids
        return await self.plan([ChangeRequest("eb:101:1011", Action.SET, 35)])

    async def plan_undo_of_plan(self, entry_id: str) -> Plan:
        self.undone += ["the plan of", entry_id]
        return await self.plan([ChangeRequest("eb:101:1011", Action.SET, 35)])

    async def pace(self, show: Show) -> Pace:
        if self.no_pace:
            raise AppError(self.no_pace, subject=show.id)
        days = tuple(NOW.date() - dt.timedelta(days=13 - n) for n in range(14))
        sold = (0, 1, 0, 2, 1, 0, 3, 2, 0, 4, 3, 2, 6, 5)
        usual = tuple(n / 3 for n in range(14))
        online = tuple(number // 2 for number in sold)
        shops = {
            Platform.EVENTBRITE: online,
            Platform.WOOCOMMERCE: tuple(all_ - some for all_, some in zip(sold, online, strict=True)),
        }
        return Pace(days, sold, usual, 4, shops=shops)

    async def history(self):
        return Told(self.entries)

    def timings(self) -> Timings:
        return self.measured

    def log_tail(self, count: int) -> list[str]:
        return ['{"at": "2026-11-27T19:03:58", "event": "refresh", "seconds": 2.1}']

    async def check_health(self) -> HealthReport:
        await self.gate.wait()
        return health()

    async def read_live(self, ids, progress):
        await self.gate.wait()
        found = []
        for number, listing_id in enumerate(ids, 1):
            listing = self.listings[listing_id]
            found.append(
                dataclasses.replace(
                    listing, reading=dataclasses.replace(listing.reading, source=Source.LIVE, read_at=NOW)
                )
            )
            progress(number, len(ids))
        return tuple(found)

    def actor(self) -> str:
        return f"{self.who} at CLUB-PC" if self.who else "dave@CLUB-PC, over SSH"

    async def plan(self, wanted: Sequence[ChangeRequest]) -> Plan:
        await self.gate.wait()
        self.wanted.append(tuple(wanted))
        changes: list[Change] = []
        refused: list[Refusal] = []
        for wish in wanted:
            listing = self.listings[wish.listing_id]
            sold = listing.reading.sold
            if not listing.writable:
                refused.append(Refusal(listing.id, RefusalCode.TIERED, listing.read_only_reason or "read only"))
            elif isinstance(sold, Unknown):
                reason = f"sold is not known ({sold.reason}); try again when the database answers"
                refused.append(Refusal(listing.id, RefusalCode.SOLD_UNKNOWN, reason))
            else:
                changes.append(change_to(listing, wish.number, wish.action))
        return make_plan("practice", changes, refused, NOW)

    async def plan_heal(self, product: str) -> Plan:
        self.healed.append(product)
        return await self.plan([])

    async def plan_close(self, shows: Sequence[str]) -> Plan:
        there = [
            x for show in self.programme(list(self.listings.values())).shows if show.id in shows for x in show.listings
        ]
        return await self.plan(closing(there))

    async def plan_sync(self, shows: Sequence[str], split: bool, buffer: int) -> Plan:
        self.synced.append((tuple(shows), split, buffer))
        programme = self.programme(list(self.listings.values()))
        wanted = [
            ChangeRequest(x.id, Action.SET, 28) for show in programme.shows if show.id in shows for x in show.listings
        ]
        return await self.plan(wanted)

    async def apply(self, confirmed, reason, watch, stop) -> Result:
        self.applied.append((confirmed.plan.digest, reason))
        results = []
        for change in confirmed.plan.changes:
            for event, detail in (("locked", ""), ("checkpointed", ""), ("sent", f"capacity {change.capacity}")):
                watch(Step(change.listing.id, event, detail))
            await self.apply_gate.wait()
            if self.apply_error:
                raise self.apply_error
            self.listings[change.listing.id] = left = listing_after(change, change.after)
            watch(Step(change.listing.id, "verified", "", left, stands=True))
            entry = f"c{len(results) + 1}"
            results.append(ChangeResult(left, Outcome.SETTLED, change.capacity, 2, entry=entry))
        return Result(confirmed.plan, tuple(f"c{n}" for n, _ in enumerate(results, 1)), tuple(results))

    async def explain(self, listing_or_product: str) -> Explanation:
        await self.gate.wait()
        return Explanation(
            listing_or_product,
            "bookings",
            "booking_stock",
            (
                RuleStep("no FooEvents meta", "WooCommerceEventsEvent = 'Event'", False),
                RuleStep("seating", "WooCommerceEventsType = 'bookings'", False),
                RuleStep(
                    "bookings", "fooevents_bookings_options_serialized: 2 slots, 40 dates; manage_stock = no", True
                ),
            ),
            {
                "remaining": (7, "booking text, slot wcoln…, date fri27, key stock"),
                "sold": (22, "published tickets with both ids, order live"),
                "held": (2, "orders 1526 and 1530, tickets not generated yet"),
            },
            ("shared_ids",),
        )


def change_to(listing: Listing, capacity: int, action: Action = Action.SET) -> Change:
    """A change of a listing to a capacity, from the reading it has."""
    reading = dataclasses.replace(listing.reading, source=Source.LIVE, read_at=NOW)
    taken = add(reading.sold, 0 if isinstance(reading.held, Unknown) else reading.held)
    assert isinstance(taken, int)
    if action is Action.CLOSE:
        capacity = taken
    after = dataclasses.replace(reading, capacity=capacity, remaining=capacity - taken)
    dangers: list[Danger] = []
    if capacity == taken:
        dangers.append(Danger.CLOSES_SALES)
    if capacity > 55:
        dangers.append(Danger.BEYOND_ROOM)
    product = listing.id.split(":")[1]
    eventbrite = listing.platform is Platform.EVENTBRITE
    call = (
        "POST ticket class, capacity alone" if eventbrite else f"PUT product {product}: one number in its booking text"
    )
    warnings = () if eventbrite else (
        f"Dates of product {product} may be lowered further, if a sale falls into this very moment.",
    )  # fmt: skip
    return Change(listing, action, reading, after, call, tuple(dangers), warnings)
