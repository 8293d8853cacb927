"""Shares the free seats of shows among their listings: a plan for one show, or for many at once."""

from __future__ import annotations

import asyncio
import dataclasses
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from brcc_tui.clock import on_the_wall
from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import (
    Action,
    Change,
    ChangeRequest,
    Danger,
    Plan,
    Refusal,
    RefusalCode,
    ShowRule,
    make_plan,
)
from brcc_tui.model.listing import Flag, Listing, Platform
from brcc_tui.model.quantity import is_known, is_less_than
from brcc_tui.model.shows.sharing import Mode, Shares, fitting, share_seats
from brcc_tui.model.shows.show import PairingState, Show
from brcc_tui.operations.catalogue.shows import of_id, programme, show_ids, some_shows, summed_now
from brcc_tui.operations.catalogue.venue_changes import confirm_pairing
from brcc_tui.operations.changes.catalogue_known import CatalogueSincePlan, guard_whole, with_age
from brcc_tui.operations.changes.closing import CLOSED, closed_here, why_left_closed
from brcc_tui.operations.changes.decision_reading import DecisionReading
from brcc_tui.operations.changes.guards import Guarded, Waivers, guard_listing, guard_present, guard_sells_by_number
from brcc_tui.operations.changes.past_sales import PastSales
from brcc_tui.operations.changes.plan import (
    LOOK_BACK,
    listings_in,
    look_at,
    plan_changes,
    why_not_writable,
    with_siblings,
)
from brcc_tui.operations.changes.propose import not_shown_yet
from brcc_tui.operations.closed_marks import look_for_closed, offered_before
from brcc_tui.operations.context import ClubContext
from brcc_tui.operations.garbage import no_full_collection

_CLOSED_THERE = (
    "it was closed in its shop, as far as was seen here ({:%d %b %H:%M}): a sync leaves it so, even after a "
    "cancellation gave places back. Give it a capacity to share it again"
)


class BadBuffer(AppError):
    """Fewer than no seats were to be kept back."""


async def plan_sync(
    club: ClubContext,
    show_ids: Sequence[str],
    mode: Mode,
    buffer: int = 0,
    *,
    weights: Mapping[Platform, float] | None = None,
) -> Plan:
    """A plan that shares what is free of each show, `buffer` seats kept back. Raises `NoSuchShow`, `BadBuffer`.

    `weights` are the shops' parts of a split; without them what each listing sold over the last weeks
    decides. A show whose pairing no person has confirmed is planned only when it is asked for alone, with a
    danger that its confirmation asks about: among many it would be overlooked, so there it is refused.
    """
    if buffer < 0:
        raise BadBuffer(f"a buffer of {buffer} would sell seats twice", next_step="keep 0 seats back, or more")
    with no_full_collection():
        return await _planned(club, show_ids, mode, buffer, weights)


async def _planned(
    club: ClubContext, show_ids: Sequence[str], mode: Mode, buffer: int, weights: Mapping[Platform, float] | None
) -> Plan:
    cached = club.cache.listings()
    chosen = _chosen(club, cached, show_ids)
    alone = len(chosen) == 1
    ids = _ids_of(chosen if alone else filter(_is_settled, chosen))
    asked, _ = await asyncio.gather(look_at(club, ids), why_not_writable(club, ids))  # known then, for the plan
    looks = with_siblings(asked)
    present = listings_in(looks)
    found = _shows_now(club, present, ids)
    offered, closed = _known_of(club, chosen, present)
    sharing = _Sharing.over(club, cached, mode, buffer, weights, offered, closed)
    wanted: list[ChangeRequest] = []
    refused: list[Refusal] = []
    rules: list[ShowRule] = []
    doubtful: set[str] = set()
    doubts: dict[str, str] = {}
    for show in chosen:
        try:
            guard_whole(club)
            fresh = _fresh(show, found.get(show.id), looks, alone=alone)
            shares = sharing.of(fresh)
            _guard_shown(fresh, shares, looks, closed)
        except Guarded as no:
            refused += no.refusals(_ids_of([show]))
            continue
        refused += [*shares.refused, *_left_alone(shares, looks, closed)]
        wanted += shares.wanted
        if shares.wanted:
            rules.append(sharing.rule(fresh))
            doubts |= dict.fromkeys(_ids_of([fresh]), sharing.doubts(fresh))
        if not _is_settled(fresh):
            doubtful.update(_ids_of([fresh]))
    plan = await plan_changes(club, wanted, rules=rules, looks=looks)
    changes = with_age(club, _with_doubts(_unconfirmed(plan.changes, doubtful), doubts))
    return make_plan(plan.shop, changes, [*refused, *plan.refused], plan.made_at, plan.rules)


async def rule_again(
    club: ClubContext, terms: Mapping[str, object]
) -> tuple[ShowRule, Mapping[str, DecisionReading | Guarded]]:
    """The rule of an earlier sync over the show as it is now, with the readings that it was made of.

    Raises `NoSuchShow`, or `Guarded` when the show cannot be shared now.
    """
    cached = club.cache.listings()
    (show,) = _chosen(club, cached, [str(terms.get("show"))])
    ids = _ids_of([show])
    looks = with_siblings(await look_at(club, ids))
    present = listings_in(looks)
    found = _shows_now(club, present, ids)
    guard_whole(club)
    mode, parts, buffer = Mode(str(terms.get("mode"))), terms.get("weights"), terms.get("buffer")
    weights = {Platform(shop): float(part) for shop, part in parts.items()} if isinstance(parts, dict) else None
    kept_back = buffer if isinstance(buffer, int) else 0
    offered, closed = _known_of(club, [show], present)
    sharing = _Sharing.over(club, cached, mode, kept_back, weights, offered, closed)
    fresh = _fresh(show, found.get(show.id), looks, alone=True)
    _guard_shown(fresh, sharing.of(fresh), looks, closed)
    return sharing.rule(fresh), looks


def remember_pairings(club: ClubContext, plan: Plan) -> bool:
    """A person has confirmed the plan, and with it that the listings of its unconfirmed shows share a room.

    Whether there was any: its listings are then to be grouped again.
    """
    meant = {change.listing.show for change in plan.changes if Danger.UNCONFIRMED_PAIRING in change.dangers}
    if meant:
        for show in programme(club, club.cache.listings()).shows:
            if show.id in meant:
                confirm_pairing(club, show)
    return bool(meant)


def _is_settled(show: Show) -> bool:
    """Whether a person, or there being nothing else, says which listings sell its seats."""
    return show.pairing.state in (PairingState.CONFIRMED, PairingState.SINGLE)


@dataclass(frozen=True, slots=True)
class _Sharing:
    """How the seats of every show of one sync are shared."""

    mode: Mode
    buffer: int
    lately: PastSales | None
    by_shop: Mapping[Platform, float] | None
    last_set: Mapping[str, int]
    closed: frozenset[str]
    club: ClubContext
    catalogue: CatalogueSincePlan

    @classmethod
    def over(
        cls,
        club: ClubContext,
        cached: Sequence[Listing],
        mode: Mode,
        buffer: int,
        by_shop: Mapping[Platform, float] | None,
        last_set: Mapping[str, int],
        closed: Collection[str],
    ) -> Self:
        """A sync by the catalogue: where people bought lately, if that decides, and what is on sale by now."""
        lately = PastSales.of(club, cached) if mode is Mode.SPLIT and by_shop is None else None
        return cls(mode, buffer, lately, by_shop, last_set, frozenset(closed), club, CatalogueSincePlan(club))

    def of(self, show: Show) -> Shares:
        """What each listing of the show is to offer, by the numbers that the show has."""
        return share_seats(
            show,
            self.mode,
            buffer=self.buffer,
            weights=self._weights(show),
            last_set=self.last_set,
            closed=self.closed,
        )

    def rule(self, show: Show) -> ShowRule:  # noqa: C901 - three questions about one show, each a function in it
        """What the plan shared out, shared out again over readings of the moment before each write.

        `last_set` has what the plan's own look saw on offer: what is at 0 with that capacity sold out since.
        """

        def capacities(listings: Mapping[str, Listing]) -> Mapping[str, int]:
            now = summed_now(self.club, show, listings)
            shares = self.of(now)
            if shares.refused:
                raise AppError(shares.refused[0].reason, subject=shares.refused[0].listing_id)
            alone = {listing.id for listing in shares.left_alone}
            # What has nothing to offer beside the others, and is wished nothing, is to stay as it is.
            none = {x.id: _as_it_stands(x) for x in now.listings if x.id not in alone}
            # A class of Eventbrite that is to offer nothing by now, but was not planned to be hidden, keeps one seat.
            return none | {wish.listing_id: wish.number if wish.action is Action.SET else 1 for wish in shares.wanted}

        def fits(listings: Mapping[str, Listing], wanted: Mapping[str, int]) -> Mapping[str, int]:
            now = summed_now(self.club, show, listings)
            if self.mode is Mode.MIRROR:
                return wanted  # each listing of a mirror offers all that is free
            return fitting(now, wanted, now.free - self.buffer if is_known(now.free) else 0)

        def whole(present: Mapping[str, Listing]) -> None:
            known = {listing.id for listing in show.listings}
            places = dict(zip(present, show_ids(self.club, [*present.values()]), strict=True))
            away = next((id_ for id_, place in places.items() if place != show.id and id_ in known), None)
            if away:
                raise AppError(f"{away} sells no seats of this show any more", next_step="plan again")
            new = [id_ for id_, place in places.items() if place == show.id and id_ not in known]
            if listed := self.catalogue.came_to(show):
                new.append(listed)
            if new:
                raise AppError(f"{new[0]} sells seats of this show since the plan", next_step="plan again")

        by_shop = None if self.by_shop is None else {shop.value: part for shop, part in self.by_shop.items()}
        terms = {"show": show.id, "mode": self.mode.value, "buffer": self.buffer, "weights": by_shop}
        return ShowRule(tuple(listing.id for listing in show.listings), capacities, fits, whole, terms)

    def doubts(self, show: Show) -> str:
        """What is not known of where people bought lately, and what that makes of the split; empty for nothing."""
        return self.lately.doubts(show.listings) if self.lately else ""

    def _weights(self, show: Show) -> Mapping[str, float] | None:
        if self.by_shop is None:
            return self.lately.weights(show.listings) if self.lately else None
        many = Counter(listing.platform for listing in show.listings)
        return {x.id: self.by_shop.get(x.platform, 0.0) / many[x.platform] for x in show.listings}


def _chosen(club: ClubContext, cached: Sequence[Listing], show_ids: Sequence[str]) -> list[Show]:
    shows = some_shows(club, cached, {*show_ids})
    return [of_id(club, shows, show_id) for show_id in dict.fromkeys(show_ids)]


def _ids_of(shows: Iterable[Show]) -> list[str]:
    return [listing.id for show in shows for listing in show.listings]


def _shows_now(club: ClubContext, present: Sequence[Listing], listing_ids: Iterable[str]) -> Mapping[str, Show]:
    """The shows of these listings as what was read makes them, by their ids."""
    return {show.id: show for show in programme(club, present, {*listing_ids}).shows}


def _known_of(
    club: ClubContext, shows: Iterable[Show], now: Sequence[Listing]
) -> tuple[Mapping[str, int], Mapping[str, str]]:
    """The capacities at which listings were on offer last, and which of them people closed, with the words for it.

    What the catalogue knows of the shows is older than what was read now, and may have seen a 0 since given back.
    """
    look_for_closed(club, [listing for show in shows for listing in show.listings])
    marks = look_for_closed(club, now)
    seen = offered_before(club, marks)
    closed_in_shops = {id_: _CLOSED_THERE.format(on_the_wall(mark.at)) for id_, mark in marks.items() if mark.closed}
    return {**club.journal.last_set(), **seen}, closed_in_shops | _closed_here(club, now)


def _closed_here(club: ClubContext, listings: Iterable[Listing]) -> dict[str, str]:
    """Listings that a person closed here, and nobody opened here again, with the words for it."""
    changed = club.journal.changed()
    entries = ((x, club.journal.made(x.id, limit=LOOK_BACK)) for x in listings if x.id in changed)
    return {listing.id: why_left_closed(past, listing) for listing, past in entries if closed_here(past)}


def _as_it_stands(listing: Listing) -> int:
    """Its capacity, or what is taken where that is more, or the capacity is not known; 0 where neither is."""
    return max((part for part in (listing.reading.taken, listing.reading.capacity) if is_known(part)), default=0)


def _fresh(show: Show, found: Show | None, looks: Mapping[str, DecisionReading | Guarded], *, alone: bool) -> Show:
    """The show as it was found now. Raises `Guarded` when it is not to be planned.

    A listing that cannot be read, or stands elsewhere by now, leaves nobody knowing what is free.
    """
    if not alone and not _is_settled(show):
        raise _unsaid(show)
    for listing in show.listings:
        _guard_read(listing, looks[listing.id])
    gone = set(_ids_of([show])) - set(_ids_of([found] if found else ()))
    if found is None or gone:
        words = f"{min(gone)}, of this show, is gone or has another time now: refresh the catalogue"
        raise Guarded(RefusalCode.UNKNOWN_LISTING, words)
    if not alone and not _is_settled(found):
        raise _unsaid(found)
    return found


def _guard_read(listing: Listing, look: DecisionReading | Guarded) -> None:
    """Raise `Guarded` for a listing of which nobody knows what is sold: the seats of its show are not shared then."""
    if _is_lost(listing, look):
        why = listing.read_only_reason or "it cannot be read now"
        raise Guarded(
            RefusalCode.LOST_LISTING,
            f"{listing.id}, of this show, is lost, and nobody knows what else is sold of it ({why}): the show is "
            "not shared until that is fixed",
        )
    if isinstance(look, Guarded):
        raise Guarded(look.code, f"{listing.id}, of this show: {look.reason}")


def _guard_shown(
    show: Show, shares: Shares, looks: Mapping[str, DecisionReading | Guarded], closed: Collection[str]
) -> None:
    """Raise `Guarded` for a class that Eventbrite may show as it stood before a change made here: a sync that leaves it
    alone would give its seats to others. One that was closed here sells no more than is shown of it; but for that
    nothing else is lowered.
    """
    lowers = _takes_off_sale(show, shares)
    for listing in show.listings:
        look = looks.get(listing.id)
        if isinstance(look, DecisionReading) and listing.id in look.doubtful and (lowers or listing.id not in closed):
            raise Guarded(RefusalCode.SOLD_UNKNOWN, not_shown_yet(listing.id))


def _takes_off_sale(show: Show, shares: Shares) -> bool:
    """Whether any listing of the show is to sell fewer seats than it may now; or all of them what they do, which is not
    known to be their share then.
    """
    present = {listing.id: listing.reading.capacity for listing in show.listings}
    moves = [(present[x.listing_id], x.number if x.action is Action.SET else 0) for x in shares.wanted]
    if any(is_less_than(now, then) for now, then in moves):
        return not all(is_less_than(now, then + 1) for now, then in moves)
    return bool(moves)


def _is_lost(listing: Listing, look: DecisionReading | Guarded) -> bool:
    """Whether a listing is known that cannot be read: its tickets keep their seats. It may have been repaired since."""
    now = look.listings.get(listing.id) if isinstance(look, DecisionReading) else None
    if now is None:
        return Flag.LOST in listing.flags
    return Flag.LOST in now.flags


def _left_alone(
    shares: Shares, looks: Mapping[str, DecisionReading | Guarded], closed: Mapping[str, str]
) -> Iterable[Refusal]:
    """Why a sync does not touch a listing of the show; the others are shared all the same."""
    for listing in shares.left_alone if not shares.refused else ():
        look = looks.get(listing.id)
        try:
            if isinstance(look, DecisionReading):
                guard_listing(look, listing)
                guard_sells_by_number(listing)
                guard_present(listing, Waivers())
                if listing.id in closed:
                    # What Eventbrite shows may be what was there before our close, which nobody has opened then.
                    raise Guarded(RefusalCode.AT_ZERO, CLOSED if listing.id in look.doubtful else closed[listing.id])
        except Guarded as no:
            yield no.refusal(listing.id)
        else:
            word = listing.status.value.replace("_", " ")
            yield Refusal(listing.id, RefusalCode.NO_CHANGE, f"a sync leaves it as it is: {word}")


def _unsaid(show: Show) -> Guarded:
    words = f"nobody has confirmed that these listings share a room ({show.pairing.reason}): confirm it under Shows"
    return Guarded(RefusalCode.UNCONFIRMED_PAIRING, words)


def _with_doubts(changes: Iterable[Change], doubts: Mapping[str, str]) -> list[Change]:
    """The changes, of which those of a split say what it does not rest on."""
    return [
        dataclasses.replace(change, warnings=(*change.warnings, words)) if words else change
        for change in changes
        for words in (doubts.get(change.listing.id, ""),)
    ]


def _unconfirmed(changes: Iterable[Change], doubtful: Collection[str]) -> list[Change]:
    """The changes, of which those of shows that no person has confirmed ask for that."""
    unconfirmed = Danger.UNCONFIRMED_PAIRING
    return [
        dataclasses.replace(change, dangers=(*change.dangers, unconfirmed)) if change.listing.id in doubtful else change
        for change in changes
    ]
