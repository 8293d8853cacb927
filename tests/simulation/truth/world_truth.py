"""What is so in the practice club, from the shops' own state and rules: nothing of the program has a part in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from brcc_tui.sandbox.eventbrite.shop import StoredEvent, StoredTicketClass, takes_a_seat
from brcc_tui.sandbox.serve import PracticeClub
from brcc_tui.sandbox.switches import TRANSLATED
from brcc_tui.sandbox.wordpress import fooevents, sales, stock

_NO_TICKET = ("Canceled", "Cancelled", "Unpaid")
_OVER = ("wc-cancelled", "wc-refunded", "trash", "wc-failed")


@dataclass(frozen=True, slots=True)
class Truth:
    """Of one listing: places that a buyer can buy now or once its sales begin (None: any number), and places sold."""

    offer: int | None
    sold: int
    in_checkout: int = 0


def truth_of(club: PracticeClub, listing_id: str) -> Truth:
    """What is so of a listing that is there."""
    shop, *parts = listing_id.split(":")
    if shop == "eb":
        event, ticket_class = club.eventbrite.find(parts[0], parts[1])
        in_checkout = sum(each.pending for each in event.classes.values())
        return Truth(_offer_of_class(club, event, ticket_class), ticket_class.sold, in_checkout)
    wordpress = club.site.shop
    product, variation = int(parts[0]), int(parts[1][1:]) if len(parts) == 2 else 0
    text = wordpress.posts.get(product, fooevents.TEXT_KEY)
    slot, date = parts[1:] if len(parts) == 3 else ("", "")
    own_stock_of_dates = not slot and not variation and wordpress.is_bookings(product) and wordpress.is_event(product)
    if own_stock_of_dates:
        left = stock.stock_of(wordpress, product)
        offer = None if stock.allows_backorders(wordpress, product) else left * (left > stock.none_at(wordpress))
        return Truth(offer and max(0, offer), _tickets(club, product, "", "", 0))
    offer = sales.places_left(wordpress, product, text, slot, date, variation)
    return Truth(offer, _tickets(club, product, slot, date, variation))


def _offer_of_class(club: PracticeClub, event: StoredEvent, ticket_class: StoredTicketClass) -> int | None:
    """A class that goes on sale later by itself counts with what it will have: nobody is asked before."""
    shop, spec = club.eventbrite, ticket_class.spec
    now = shop.now()
    later = spec.sales_start is not None and spec.sales_start > now
    if later and event.sells(spec, now) and not ticket_class.hidden and not event.spec.is_series_parent:
        return shop.left(event, ticket_class)
    return shop.on_offer(event, ticket_class)


def _tickets(club: PracticeClub, product: int, slot: str, date: str, variation: int) -> int:
    wanted = {"WooCommerceEventsProductID": str(product)}
    if slot:
        wanted |= {"WooCommerceEventsBookingSlotID": slot, "WooCommerceEventsBookingDateID": date}
    if variation:
        wanted |= {"WooCommerceEventsVariationID": str(variation)}
    database = club.site.shop.database
    sql = "SELECT ID FROM {p}posts WHERE post_type='event_magic_tickets' AND post_status='publish'"
    for key, value in wanted.items():
        sql += f" AND ID IN (SELECT post_id FROM {{p}}postmeta WHERE meta_key='{key}' AND meta_value='{value}')"
    counted = 0
    for (ticket,) in database.rows(sql):
        meta = club.site.shop.posts
        order = meta.get(int(str(ticket)), "WooCommerceEventsOrderID")
        status = club.site.order_status(int(order)) if order else None
        of_variation = int(meta.get(int(str(ticket)), "WooCommerceEventsVariationID") or 0)
        if of_variation and not variation and meta.get(of_variation, "_manage_stock") == "yes":
            continue  # out of the variation's own stock
        valid = meta.get(int(str(ticket)), "WooCommerceEventsStatus") not in _NO_TICKET
        counted += valid and (status is None or status not in _OVER)
    return counted


def offer_of_all(club: PracticeClub, listing_ids: Iterable[str], truths: Mapping[str, Truth]) -> int | None:
    """What buyers can buy of these listings together: classes of an event share its limit, those of a tier its own.

    Of what is sold in two languages it is the larger of the two.
    """
    one: dict[str, list[int | None]] = {}
    events: dict[str, list[str]] = {}
    for listing_id in listing_ids:
        if listing_id.startswith("eb:"):
            events.setdefault(listing_id.split(":")[1], []).append(listing_id)
        else:
            shop, product, *rest = listing_id.split(":")
            original = int(product) - TRANSLATED if int(product) > TRANSLATED else int(product)
            there = original in {each.id for each in club.world.products}
            one.setdefault(":".join([shop, str(original) if there else product, *rest]), []).append(
                truths[listing_id].offer
            )
    offers = [None if None in both else max(each for each in both if each is not None) for both in one.values()]
    for event_id, of_event in events.items():
        offers.append(_of_event(club, club.eventbrite.events[event_id], {x: truths[x].offer for x in of_event}))
    return None if None in offers else sum(each for each in offers if each is not None)


def _of_event(club: PracticeClub, event: StoredEvent, offers: Mapping[str, int | None]) -> int | None:
    by_tier: Counter[str] = Counter()
    alone = 0
    for listing_id, offer in offers.items():
        if offer is None:
            return None
        tier = event.classes[listing_id.split(":")[2]].spec.inventory_tier_id
        if tier is None:
            alone += offer
        else:
            by_tier[tier] += offer
    for tier_id, offered in by_tier.items():
        tier_ = event.tiers.get(tier_id)
        taken = sum(x.sold + x.pending for x in event.classes.values() if x.spec.inventory_tier_id == tier_id)
        alone += offered if tier_ is None else min(offered, max(0, tier_.quantity_total - taken))
    if event.capacity is None:
        return alone
    taken = sum(each.sold + each.pending for each in event.classes.values() if takes_a_seat(each.spec))
    return min(alone, max(0, event.capacity - taken))
