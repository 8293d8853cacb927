"""Makes a plan from a live reading: what would be written, what is refused, and why."""

from __future__ import annotations

import asyncio
import dataclasses
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

from brcc_tui.logs import log
from brcc_tui.model.app_error import AppError
from brcc_tui.model.catalogue import Event
from brcc_tui.model.changes.plan import Action, Change, ChangeRequest, Plan, Refusal, RefusalCode, ShowRule, make_plan
from brcc_tui.model.listing import Listing, Platform, StockMethod
from brcc_tui.model.listing_id import is_of_the_shop
from brcc_tui.model.quantity import is_known
from brcc_tui.model.shows.show import MAX_SEATS, Show
from brcc_tui.model.shows.venue_rules import DEFAULT_ROOM, VenueRules
from brcc_tui.operations.catalogue.shows import among_the_known
from brcc_tui.operations.changes.as_before import ARRIVES, may_be_replaced, stands_as_before
from brcc_tui.operations.changes.closing import PastChanges, codes_wanted
from brcc_tui.operations.changes.decision_reader import DecisionReader, look_at_each
from brcc_tui.operations.changes.decision_reading import DecisionReading, Subject, subject_of
from brcc_tui.operations.changes.expectations import MAX_ROUNDS
from brcc_tui.operations.changes.follow_up import takes_back
from brcc_tui.operations.changes.guards import Guarded, of_app_error
from brcc_tui.operations.changes.propose import group_of, make_change
from brcc_tui.operations.closed_marks import closed_before, offered_before
from brcc_tui.operations.context import ClubContext
from brcc_tui.platforms.errors import WritesBlocked
from brcc_tui.store.catalogue_file import CacheError
from brcc_tui.store.journal_entries import Entry
from brcc_tui.store.journal_file import JournalUnavailable

LOOK_BACK = 30
"""Changes of a listing among which the one that closed it is looked for."""

MAX_MOVED: Final = 100
"""Seats by which the shop itself may have moved a capacity between a plan and its confirmation."""

_PLAN_TIMEOUT = 3.0
"""Seconds that a plan waits to hear what the shop's key may do, while everything else is read."""

_ONLY_READS = (
    "the shop's key may only read: make one with the permission Read/Write in WordPress (WooCommerce, Settings, "
    "Advanced, REST API) and give it to brcc-tui setup"
)


async def plan_changes(
    club: ClubContext,
    wanted: Sequence[ChangeRequest],
    *,
    rules: Sequence[ShowRule] = (),
    looks: Mapping[str, DecisionReading | Guarded] | None = None,
    ask_key: bool = True,
    confirmed: str | None = None,
    refused: Sequence[Refusal] = (),
) -> Plan:
    """A plan for these wishes. Never raises for a single wish: it becomes a refusal with its reason.

    `rules` are those of a sync, one a show, and `looks` the readings (of `look_at`) that it decided on. Without
    `ask_key` nobody asks whether the shop's key may write. `confirmed` is the digest that a person confirmed of one
    wish: a relative one is planned on the capacity that was seen then, where the shop itself has moved it since.
    `refused` is what of the same intention could not even be wished for: it is among the plan's refusals.
    One refused listing refuses the other changes of its show, except closes (which can only help) and
    refusals because nothing is to be done.
    """
    ids = [wish.listing_id for wish in wanted]
    try:
        club.journal.check_writable()
    except JournalUnavailable as app_error:
        no = Guarded(RefusalCode.JOURNAL_UNAVAILABLE, str(app_error))
        return make_plan(club.settings.shop, (), [*refused, *no.refusals(ids)], club.clock.now(), rules)
    if looks is None:
        found, why_not = await asyncio.gather(look_at(club, ids), why_not_writable(club, ids))
        looks = found
    else:
        why_not = await why_not_writable(club, ids) if ask_key else None
    looks = await _with_codes(club, wanted, looks)
    rules = [dataclasses.replace(rule, journal_position=_oldest_position(looks, rule)) for rule in rules]
    planner = _Planner.over(club, wanted, rules, looks, why_not, refused)
    changes, refused_now = await _each_by_itself(planner, wanted)
    refused = [*refused, *refused_now]
    changes, mates = _refuse_whole_shows(changes, refused, planner.shows)
    plan = make_plan(club.settings.shop, changes, [*refused, *mates], club.clock.now(), rules)
    if confirmed is None or confirmed == plan.digest or len(wanted) != 1 or not changes:
        return plan
    return _as_seen(planner, wanted[0], plan, confirmed)


async def _each_by_itself(
    planner: _Planner, wanted: Sequence[ChangeRequest]
) -> tuple[Sequence[Change], Sequence[Refusal]]:
    """What each wish comes to, whatever becomes of the others: a change or a refusal."""
    changes: list[Change] = []
    refused: list[Refusal] = []
    for wish in wanted:
        await asyncio.sleep(0)  # its past is read from the journal, some milliseconds: a key may come in between
        try:
            changes.append(planner.change(wish, planner.past(wish)))
        except Guarded as no:
            refused.append(no.refusal(wish.listing_id))
    return changes, refused


def _as_seen(planner: _Planner, wish: ChangeRequest, plan: Plan, confirmed: str) -> Plan:
    """The plan as it was confirmed by this digest, on another capacity than the present one; else the plan itself.

    Nobody has saved the product since, or its digest differs whatever the capacity: the shop itself has moved that.
    """
    present, past = plan.changes[0].before.capacity, planner.past(wish)
    if plan.changes[0].since is None or not is_known(present):
        return plan
    for seen in (present + by * sign for by in range(1, MAX_MOVED + 1) for sign in (-1, 1)):
        try:
            made = make_plan(plan.shop, [planner.change(wish, past, seen)], (), plan.made_at)
        except Guarded:
            continue
        if made.digest == confirmed:
            return made
    return plan


@dataclass(frozen=True, slots=True)
class _Planner:
    """What changes are made of: the readings, the shows as these make them, and what was done and seen before.

    `why_not` says why nothing on WooCommerce can be written, and `named` how often each listing is wished for.
    """

    club: ClubContext
    looks: Mapping[str, DecisionReading | Guarded]
    shows: Mapping[str, Show]
    named: Mapping[str, int]
    by_rule: Mapping[str, Sequence[str]]
    why_not: str | None
    rules: VenueRules
    last_set: Mapping[str, int]
    changed: Collection[str]
    offered: Mapping[str, int]
    closed: Collection[str]
    arriving: Mapping[str, Entry]

    @classmethod
    def over(
        cls,
        club: ClubContext,
        wanted: Sequence[ChangeRequest],
        rules: Sequence[ShowRule],
        looks: Mapping[str, DecisionReading | Guarded],
        why_not: str | None,
        refused: Iterable[Refusal],
    ) -> Self:
        """A planner with what the readings, the rooms and the journal tell now."""
        by_rule = {listing_id: rule.listing_ids for rule in rules for listing_id in rule.listing_ids}
        named = Counter(wish.listing_id for wish in wanted)
        meant = {*named, *(refusal.listing_id for refusal in refused)}
        known = [*listings_in(looks), *_known_of_the_unread(club, meant, looks)]
        return cls(
            club,
            looks,
            {x.id: show for show in among_the_known(club, known, meant).shows for x in show.listings},
            named,
            by_rule,
            why_not,
            club.venue.rules(),
            club.journal.last_set(),
            club.journal.changed(),
            offered_before(club, by_rule),
            closed_before(club, named),
            may_be_replaced(club, looks),
        )

    def change(self, wish: ChangeRequest, past: PastChanges, seen: int | None = None) -> Change:
        """The change that a wish comes to, on the capacity that was seen or the present one. Raises `Guarded`."""
        if self.named[wish.listing_id] > 1:
            raise Guarded(RefusalCode.BAD_NUMBER, "this listing is named more than once: ask for one number")
        look = self.looks[wish.listing_id]
        if isinstance(look, Guarded):
            raise look
        of_show = self.by_rule.get(wish.listing_id, ())
        self._guard_arriving(wish, of_show if wish.follows is None else [*of_show, wish.listing_id])
        try:
            change = self._made(wish, look, past, seen)
        except Guarded as no:
            if no.code is RefusalCode.NO_CHANGE:  # nobody would see what arrives
                self._guard_arriving(wish, [wish.listing_id])
            raise
        if change.listing.platform is Platform.WOOCOMMERCE and self.why_not is not None:
            raise Guarded(RefusalCode.NOT_WRITABLE_KEY, self.why_not)
        show = self.shows.get(wish.listing_id)
        return _with_time(self.club, _in_show(change, show.id if show else None))

    def _made(self, wish: ChangeRequest, look: DecisionReading, past: PastChanges, seen: int | None) -> Change:
        show = self.shows.get(wish.listing_id)
        return make_change(
            look,
            wish,
            past,
            seats=show.room.seats if show else self._seats_of_no_show(look.listings.get(wish.listing_id)),
            held_back=show.held_back if show else 0,
            by_rule=wish.listing_id in self.by_rule,
            seen=seen,
        )

    def _guard_arriving(self, wish: ChangeRequest, listing_ids: Iterable[str]) -> None:
        """Raise `Guarded` where what stands of any of these is no base for the wish: a request from here may still
        replace it. Whoever takes that very change up may, but not back to the number that stands.
        """
        for listing_id in listing_ids:
            entry = self.arriving.get(listing_id)
            if entry is not None and not self._takes_up(wish, entry):
                words = f"{entry.id}, a change of {listing_id}, {ARRIVES}. Try again in a minute"
                raise Guarded(RefusalCode.SOLD_UNKNOWN, words)

    def _takes_up(self, wish: ChangeRequest, entry: Entry) -> bool:
        if entry.id != wish.follows:
            return False
        look, back = self.looks[wish.listing_id], takes_back(entry, wish.action, wish.number)
        return not (back and isinstance(look, DecisionReading) and stands_as_before(entry, look))

    def _seats_of_no_show(self, listing: Listing | None) -> int:
        """What a listing of no show is measured by: the room, if it sells seats; a shirt has no room."""
        is_seat = listing is None or self.rules.sells_seats(listing)
        return self.rules.rooms[DEFAULT_ROOM].seats if is_seat else MAX_SEATS

    def past(self, wish: ChangeRequest) -> PastChanges:
        """What was done to the listing before, and the entry of an undo. Raises `Guarded` without a journal."""
        journal = self.club.journal
        try:
            entries = journal.made(wish.listing_id, limit=LOOK_BACK) if wish.listing_id in self.changed else ()
            followed = journal.entry(wish.follows) if wish.follows is not None else None
        except JournalUnavailable as app_error:
            raise Guarded(RefusalCode.JOURNAL_UNAVAILABLE, str(app_error)) from None
        last = self.last_set.get(wish.listing_id)
        offered = self.offered.get(wish.listing_id, last)
        return PastChanges(entries, last, followed, offered, wish.listing_id in self.closed)


async def look_at(club: ClubContext, listing_ids: Iterable[str]) -> dict[str, DecisionReading | Guarded]:
    """A decision reading of every listing's subject, each subject read once; or why there is none."""
    subjects: dict[str, Subject] = {}
    found: dict[str, DecisionReading | Guarded] = {}
    for listing_id in listing_ids:
        try:
            subjects[listing_id] = subject_of(listing_id)
        except AppError as app_error:
            found[listing_id] = Guarded(RefusalCode.UNKNOWN_LISTING, str(app_error))
    seen = await look_at_each(DecisionReader(club), subjects.values(), for_a_plan=True)
    looks = {subject: of_app_error(look) if isinstance(look, AppError) else look for subject, look in seen.items()}
    return {**found, **{listing_id: looks[subject] for listing_id, subject in subjects.items()}}


def _read_in(looks: Mapping[str, DecisionReading | Guarded]) -> list[DecisionReading]:
    """Each of these readings once, of however many listings it is."""
    return list({id(look): look for look in looks.values() if isinstance(look, DecisionReading)}.values())


def with_siblings(looks: Mapping[str, DecisionReading | Guarded]) -> dict[str, DecisionReading | Guarded]:
    """The readings by all that they are of: ticket classes and dates too that nobody asked for."""
    return {**looks, **{id_: look for look in _read_in(looks) for id_ in look.listings}}


def listings_in(looks: Mapping[str, DecisionReading | Guarded]) -> list[Listing]:
    """Every listing that was read: ticket classes and dates too that the catalogue does not know yet."""
    return list({listing.id: listing for look in _read_in(looks) for listing in look.listings.values()}.values())


def _known_of_the_unread(
    club: ClubContext, meant: Iterable[str], looks: Mapping[str, DecisionReading | Guarded]
) -> Sequence[Listing]:
    """What the catalogue knows of those that are meant and were not read: they are of their shows all the same."""
    read = {listing.id for listing in listings_in(looks)}
    unread = [listing_id for listing_id in meant if listing_id not in read]
    try:
        return club.cache.some(unread) if unread else ()
    except CacheError as app_error:
        log("it is unknown which shows the unread listings belong to", error=app_error)
        return ()


def _oldest_position(looks: Mapping[str, DecisionReading | Guarded], rule: ShowRule) -> int:
    """The journal's position before the oldest of the readings that the rule was planned on."""
    read = (looks.get(listing_id) for listing_id in rule.listing_ids)
    return min((look.journal_position for look in read if isinstance(look, DecisionReading)), default=0)


async def _with_codes(
    club: ClubContext, wanted: Sequence[ChangeRequest], looks: Mapping[str, DecisionReading | Guarded]
) -> Mapping[str, DecisionReading | Guarded]:
    """The readings, of which those of classes that are to be hidden know their event's access codes."""
    hiding: dict[str, DecisionReading] = {}
    for wish in wanted:
        look = looks[wish.listing_id]
        if wish.action is Action.CLOSE and isinstance(look, DecisionReading) and codes_wanted(look, wish.listing_id):
            hiding[wish.listing_id] = look
    events = {look.subject: look.event for look in hiding.values()}
    asked = await asyncio.gather(*(_asked_for_codes(club, event) for event in events.values()))
    with_codes = dict(zip(events, asked, strict=True))
    return {**looks, **{id_: dataclasses.replace(look, event=with_codes[look.subject]) for id_, look in hiding.items()}}


async def _asked_for_codes(club: ClubContext, known: Event | None) -> Event | None:
    return known if club.eventbrite is None or known is None else await club.eventbrite.with_codes(known)


async def why_not_writable(club: ClubContext, listing_ids: Iterable[str]) -> str | None:
    """Why nothing on WooCommerce can be written, before anybody plans it: a key that only reads, a host that lets no
    change through. A shop that does not say so soon says it at the write itself. Of a key that may write this is known
    without asking again.
    """
    if club.woocommerce is None or not any(map(is_of_the_shop, listing_ids)):
        return None
    try:
        async with asyncio.timeout(_PLAN_TIMEOUT):
            return None if await club.woocommerce.may_write() else _ONLY_READS
    except WritesBlocked as blocked:
        return str(blocked)
    except (AppError, TimeoutError) as app_error:
        log("the key's permissions are not known", reason=str(app_error))
        return None


def _refuse_whole_shows(
    changes: Sequence[Change], refused: Sequence[Refusal], shows: Mapping[str, Show]
) -> tuple[list[Change], list[Refusal]]:
    """Take out the changes whose show has a refused listing."""
    culprits: dict[str, Refusal] = {}
    for refusal in refused:
        show = shows.get(refusal.listing_id)
        if show is not None and refusal.code is not RefusalCode.NO_CHANGE:
            culprits.setdefault(show.id, refusal)
    kept, mates = [], []
    for change in changes:
        culprit = culprits.get(group_of(change.listing))
        if culprit is None or change.action is Action.CLOSE:
            kept.append(change)
        else:
            why = f"another listing of its show cannot be changed ({culprit.listing_id}: {culprit.reason})"
            mates.append(Refusal(change.listing.id, culprit.code, why))
    return kept, mates


def _with_time(club: ClubContext, change: Change) -> Change:
    """The change with how long it takes, said before it is confirmed: sales that fall into it make it longer."""
    watched = max(club.settings.settle, default=0.0)
    if change.listing.stock_method is not StockMethod.BOOKING_STOCK or not watched:
        return change
    longest = watched * (1 + MAX_ROUNDS)
    words = (
        f"it is watched for {watched:.0f} s; sales made during it are put right in {2 * MAX_ROUNDS} rounds at most, "
        f"and it may then take {longest:.0f} s and more"
    )
    return dataclasses.replace(change, warnings=(*change.warnings, words))


def _in_show(change: Change, show: str | None) -> Change:
    listing: Listing = dataclasses.replace(change.listing, show=show)
    return dataclasses.replace(change, listing=listing)
