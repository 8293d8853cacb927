"""The practice world: repeatable, as large as the club, and with every oddity in it."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections import Counter, defaultdict
from zoneinfo import ZoneInfo

import pytest

from brcc_tui.sandbox.world.make import make_world
from brcc_tui.sandbox.world.types import EventSpec, Life, ProductSpec, World

TODAY = dt.date(2026, 11, 22)
TEXT_KEY = "fooevents_bookings_options_serialized"
ZONE = ZoneInfo("America/Toronto")


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(1, 1, TODAY)


def texts(product: ProductSpec) -> list[str]:
    return [value for key, value in product.meta if key == TEXT_KEY]


def meta(product: ProductSpec, key: str) -> str | None:
    return next((value for name, value in product.meta if name == key), None)


def cells(product: ProductSpec) -> dict[tuple[str, str], object]:
    """Dates by (slot, date) with their stock, of every form, as far as the text can be read."""
    found: dict[tuple[str, str], object] = {}
    for text in texts(product):
        try:
            slots = json.loads(text)
        except ValueError:
            continue
        if not isinstance(slots, dict):
            continue
        for slot_id, slot in slots.items():
            if not isinstance(slot, dict):
                continue
            for key in slot:
                if key.endswith("_add_date"):
                    found[slot_id, key.removesuffix("_add_date")] = slot.get(key.replace("_add_date", "_stock"))
            found.update({(slot_id, date): body.get("stock") for date, body in slot.get("add_date", {}).items()})
    return found


def product_of(world: World, oddity: str) -> ProductSpec:
    product_id = int(world.oddities[oddity].split(":")[1])
    return next(product for product in world.products if product.id == product_id)


def event_of(world: World, oddity: str) -> EventSpec:
    event_id = world.oddities[oddity].split(":")[1]
    return next(event for event in world.events if event.id == event_id)


def text_of(world: World, oddity: str) -> str:
    [text] = texts(product_of(world, oddity))
    return text


def test_the_same_seed_gives_the_same_world_and_another_seed_another() -> None:
    assert make_world(7, 1, TODAY) == make_world(7, 1, TODAY)
    assert make_world(7, 1, TODAY) != make_world(8, 1, TODAY)


def test_the_world_is_as_large_as_the_club(world: World) -> None:
    own = [product for product in world.products if product.id < int(world.oddities["not_an_event"][3:]) + 1]
    dates = [event for event in world.events if not event.is_series_parent]
    slots = sum(len(json.loads(text)) for product in own for text in texts(product))
    assert len(own) == 17
    assert 18 <= slots <= 35
    assert 500 <= sum(len(cells(product)) for product in world.products) <= 540
    assert sum(event.is_series_parent for event in world.events) == 23
    assert 410 <= len(dates) <= 430
    assert 550 <= sum(len(event.classes) for event in dates) <= 600
    assert 2000 <= sum(order.quantity for order in world.orders) <= 5000


@pytest.mark.parametrize("scale", [2, 20])
def test_scale_multiplies_the_club(world: World, scale: int) -> None:
    large = make_world(1, scale, TODAY)
    ratio = sum(len(cells(product)) for product in large.products) / sum(len(cells(p)) for p in world.products)
    assert scale * 0.85 <= ratio <= scale
    assert len({product.id for product in large.products}) == len(large.products)
    assert len({event.id for event in large.events}) == len(large.events)
    assert max(product.id for product in large.products) < 20_000 + 100 * scale


@pytest.mark.parametrize("weekday", range(7))
def test_there_is_a_show_tonight_on_both_shops_whatever_the_weekday(weekday: int) -> None:
    today = TODAY + dt.timedelta(days=weekday)
    world = make_world(1, 1, today)
    shops = defaultdict(set)
    for listing, show in world.truth.items():
        shops[show].add(listing[:2])
    for hour in ("20:00", "22:00"):
        assert shops[f"{today}T{hour}@main"] == {"eb", "wc"}


def test_the_coming_weeks_are_dense(world: World) -> None:
    shows = set(world.truth.values())
    for ahead in range(1, 57):
        assert any(f"{TODAY + dt.timedelta(days=ahead)}T{hour}:00@main" in shows for hour in (20, 22))


def test_ids_have_the_size_that_the_shops_give_them(world: World) -> None:
    assert all(len(event.id) == 13 and event.id.isdigit() for event in world.events)
    assert all(int(each.id) > 2**31 for event in world.events for each in event.classes)
    club = product_of(world, "nested")
    assert all(len(part) == 20 and part.isalpha() for pair in cells(club) for part in pair)


def test_names_are_uneven_as_the_clubs_are(world: World) -> None:
    names = [event.name for event in world.events]
    for sign in ("@ Backroom Comedy Club | Limited Run", "–", "  ", "&"):
        assert any(sign in name for name in names), sign
    assert any("&amp;" in product.name for product in world.products)
    assert not any("& " in product.name for product in world.products)
    assert any("\x1b" in name for name in names)


def test_several_listings_of_one_shop_share_the_room(world: World) -> None:
    counts = Counter((show, listing[:2]) for listing, show in world.truth.items() if show)
    per_shop = {shop: sum(n > 1 for (_, each), n in counts.items() if each == shop) for shop in ("eb", "wc")}
    assert per_shop["wc"] >= 8
    assert per_shop["eb"] >= 8


def test_some_shows_are_on_one_shop_only(world: World) -> None:
    shops = defaultdict(set)
    for listing, show in world.truth.items():
        shops[show].add(listing[:2])
    assert {"eb"} in shops.values()
    assert {"wc"} in shops.values()


def test_past_dates_are_left_in(world: World) -> None:
    days = {show[:10] for listing, show in world.truth.items() if show and listing.startswith("wc:")}
    assert str(TODAY - dt.timedelta(days=30)) in days


def test_event_classes_are_spread_as_the_clubs_are(world: World) -> None:
    sizes = Counter(len(event.classes) for event in world.events if not event.is_series_parent)
    assert 0.15 < sizes[2] / sizes.total() < 0.3
    assert 0.04 < sizes[3] / sizes.total() < 0.12


def test_the_shops_offer_about_what_is_free(world: World) -> None:  # noqa: C901 - the sums of both shops in turn
    """What both shops have sold fits the room, but for one show and for orders that took a seat back."""
    taken = Counter()
    sums: Counter[str] = Counter()
    for order in world.orders:
        if order.life in (Life.COMPLETED, Life.PROCESSING, Life.ON_HOLD, Life.PENDING):
            taken[order.product_id, order.slot_id, order.date_id] += order.quantity
    for product in world.products:
        for (slot, date), stock in cells(product).items():
            show = world.truth.get(f"wc:{product.id}:{slot}:{date}")
            if show and str(stock).isdigit():
                sums[show] += taken[product.id, slot, date]
    for event in world.events:
        for each in event.classes:
            show = world.truth.get(f"eb:{event.id}:{each.id}")
            if show:
                sums[show] += each.sold
    assert max(sums.values()) <= 55 + 5
    assert sums[world.oddities["oversold_show"]] == 59
    tonight = [sums[f"{TODAY}T{hour}:00@main"] for hour in (20, 22)]
    assert all(30 <= number <= 55 for number in tonight)


def test_every_life_is_lived(world: World) -> None:
    assert {order.life for order in world.orders} == set(Life)


def test_orders_were_placed_before_today_and_name_cells_that_exist(world: World) -> None:
    midnight = dt.datetime.combine(TODAY, dt.time(0), ZONE)
    known = {(product.id, *pair) for product in world.products for pair in cells(product)}
    known |= {(product.id, "", "") for product in world.products}
    for order in world.orders:
        assert order.placed_at <= midnight
        assert (order.product_id, order.slot_id, order.date_id) in known


def test_every_truth_names_a_listing_that_exists(world: World) -> None:
    known = {f"wc:{p.id}:{slot}:{date}" for p in world.products for slot, date in cells(p)}
    known |= {f"wc:{product.id}" for product in world.products}
    known |= {f"wc:{product.id}:v{variation.id}" for product in world.products for variation in product.variations}
    known |= {f"eb:{event.id}:{each.id}" for event in world.events for each in event.classes}
    assert set(world.truth) <= known


def test_as_many_meta_keys_as_asked_for() -> None:
    large = make_world(1, 1, TODAY, meta_keys=182)
    assert len(product_of(large, "nested").meta) == 182
    assert len({key for key, _ in product_of(large, "nested").meta}) == 182


ODD_TEXTS = {
    "empty_list": "[]",
    "empty_text": "",
    "null_text": "null",
}


@pytest.mark.parametrize(("oddity", "text"), ODD_TEXTS.items())
def test_odd_text(world: World, oddity: str, text: str) -> None:
    assert text_of(world, oddity) == text


def test_invalid_json(world: World) -> None:
    with pytest.raises(ValueError, match="delimiter"):
        json.loads(text_of(world, "invalid_json"))


def test_flat_and_nested(world: World) -> None:
    flat, nested = text_of(world, "flat"), text_of(world, "nested")
    assert "_add_date" in flat
    assert '"add_date"' not in flat
    assert '"formatted_time":"(08:00 p.m.)"' in nested
    [thursday] = [texts(product)[0] for product in world.products if product.name.startswith("Thursday")]
    assert "Show w\\/ Guests" in thursday


def test_dates_are_zero_padded_as_the_date_picker_writes_them(world: World) -> None:
    dates = [
        cell["date"] for slot in json.loads(text_of(world, "nested")).values() for cell in slot["add_date"].values()
    ]
    assert all(dt.datetime.strptime(date, "%B %d, %Y").strftime("%B %d, %Y") == date for date in dates)


def test_two_stocks_differ_and_the_later_key_wins(world: World) -> None:
    product, slot, date = world.oddities["two_stocks"].split(":")[1:]
    body = json.loads(text_of_product(world, product))[slot]
    assert body["add_date"][date]["stock"] != body[f"{date}_stock"]
    assert list(body).index("add_date") < list(body).index(f"{date}_stock")


def text_of_product(world: World, product_id: str) -> str:
    [text] = texts(next(product for product in world.products if product.id == int(product_id)))
    return text


def test_a_date_that_fooevents_loses_has_no_truth(world: World) -> None:
    assert world.oddities["date_lost_in_mixed_text"] not in world.truth


def test_slot_that_is_no_object_and_ghost_slot(world: World) -> None:
    assert any(isinstance(slot, str) for slot in json.loads(text_of(world, "slot_not_an_object")).values())
    assert any("label" not in slot for slot in json.loads(text_of(world, "ghost_slot")).values())


def test_labels(world: World) -> None:
    [quoted] = json.loads(text_of(world, "label_with_quotes")).values()
    [marked] = json.loads(text_of(world, "label_with_markup")).values()
    assert '"' in quoted["label"]
    assert all(sign in marked["label"] for sign in ("[/x]", "\x1b[2J", "&", "\U0001f3a4", "\u202e"))


def test_stocks_that_are_no_plain_number(world: World) -> None:
    stocks = list(cells(product_of(world, "odd_stocks")).values())
    assert None in stocks
    assert -1 in stocks
    [slot] = json.loads(text_of(world, "odd_stocks")).values()
    assert any("stock" not in cell for cell in slot["add_date"].values())
    for oddity, stock in (("closed_by_staff", "0"), ("unlimited", "")):
        _, _, slot_id, date_id = world.oddities[oddity].split(":")
        assert cells(product_of(world, oddity))[slot_id, date_id] == stock


def test_shared_ids_have_other_dates(world: World) -> None:
    clone = product_of(world, "shared_ids")
    others = [product for product in world.products if product.id != clone.id]
    shared = [pair for pair in cells(clone) if any(pair in cells(product) for product in others)]
    assert len(shared) == len(cells(clone))
    shows = {world.truth[f"wc:{product.id}:{shared[0][0]}:{shared[0][1]}"] for product in world.products
             if shared[0] in cells(product) and product.name != "Free Drink"}  # fmt: skip
    assert len(shows) == 2


def test_free_drink_is_no_seat(world: World) -> None:
    drink = product_of(world, "not_a_seat")
    assert cells(drink)
    assert {world.truth[f"wc:{drink.id}:{slot}:{date}"] for slot, date in cells(drink)} == {None}


def test_weekday_slip_and_ten_o_clock_in_an_8pm_series(world: World) -> None:
    slip = world.truth[world.oddities["weekday_slip"]]
    assert slip is not None
    assert dt.date.fromisoformat(slip[:10]).weekday() == 1
    event = event_of(world, "ten_o_clock_in_an_8pm_series")
    assert (event.name[:3], event.starts_at.hour) == ("8PM", 22)


def test_the_other_shop_says_half_past(world: World) -> None:
    show = world.truth[world.oddities["other_time_on_the_other_shop"]]
    assert show is not None
    assert show.endswith("T20:30@main")
    assert any(listing.startswith("eb:") for listing, each in world.truth.items() if each == show)


@pytest.mark.parametrize(
    ("oddity", "kind", "managed"),
    [
        ("single", "single", True),
        ("junk_booking_text", "single", True),
        ("single_unmanaged", "single", False),
        ("sequential", "sequential", True),
        ("select", "select", True),
        ("seating", "seating", True),
        ("no_type", None, True),
        ("stale_booking_text", "single", True),
        ("hybrid", "bookings", True),
        ("not_an_event", None, True),
    ],
)
def test_product_kinds(world: World, oddity: str, kind: str | None, managed: bool) -> None:
    product = product_of(world, oddity)
    assert meta(product, "WooCommerceEventsType") == kind
    assert product.manage_stock is managed
    assert (product.stock is not None) is managed


def test_select_dates_are_a_php_list(world: World) -> None:
    value = meta(product_of(world, "select"), "WooCommerceEventsSelectDate")
    assert value is not None
    assert value.startswith("a:2:{i:0;s:17:")


def test_variable_products(world: World) -> None:
    own = product_of(world, "variable")
    shared = product_of(world, "variable_parent_stock")
    assert own.type == shared.type == "variable"
    assert [variation.manage_stock for variation in own.variations] == [True, True, False]
    assert "parent" in [variation.manage_stock for variation in shared.variations]


def test_states(world: World) -> None:
    assert product_of(world, "draft").status == "draft"
    assert product_of(world, "open_in_editor").open_in_editor
    assert product_of(world, "flat").saved_since
    assert len(texts(product_of(world, "two_meta_rows"))) == 2
    assert texts(product_of(world, "no_text")) == []
    assert len(cells(product_of(world, "one_cell"))) == 1


def test_events(world: World) -> None:
    sold_out = event_of(world, "sold_out")
    assert sold_out.classes[0].sold == sold_out.classes[0].capacity
    assert event_of(world, "started").starts_at.date() == TODAY
    tiered = event_of(world, "tiered")
    assert {each.inventory_tier_id for each in tiered.classes} == {tier.id for tier in tiered.tiers}
    assert event_of(world, "reserved_seating").is_reserved_seating
    below = event_of(world, "capacity_below_classes")
    assert below.capacity is not None
    assert below.capacity < sum(each.capacity or 0 for each in below.classes)
    assert event_of(world, "canceled").status == "canceled"
    assert event_of(world, "draft_event").status == "draft"
    assert event_of(world, "not_yet_on_sale").classes[0].sales_start is not None
    assert event_of(world, "places_in_checkout").classes[0].pending == 3
    assert any(each.donation for each in event_of(world, "donation").classes)
    assert any(each.category == "add_on" for each in event_of(world, "add_on").classes)
    assert any(each.hidden for each in event_of(world, "hidden_class").classes)
    assert any(each.name == "1st Part + 2nd Part [8pm show]" for event in world.events for each in event.classes)


def test_no_class_has_sold_more_than_it_may(world: World) -> None:
    for each in itertools.chain.from_iterable(event.classes for event in world.events):
        assert each.capacity is None or each.sold + each.pending <= each.capacity
