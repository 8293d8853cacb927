"""What rows of the database mean to WooCommerce, however an importer or another plugin has spelt them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from brcc_tui.model.catalogue import MetaRow, Product, Site, Variation
from brcc_tui.model.fooevents.booking_text import META_KEY
from brcc_tui.model.fooevents.classify import classify
from brcc_tui.model.listings.from_catalogue import product_listings
from brcc_tui.model.stored_product import StoredProduct, StoredVariation

NOW = dt.datetime(2026, 11, 28, 13, 50, tzinfo=dt.UTC)
SAID = {
    "WooCommerceEventsEvent": "Event",
    "WooCommerceEventsType": "single",
    "WooCommerceEventsDate": "December 04, 2026",
    "WooCommerceEventsHour": "08",
}


def row(
    said: dict[str, str] | None = None, variations: tuple[StoredVariation, ...] = (), **stored: str
) -> StoredProduct:
    rows = {"_manage_stock": "yes", "_stock": "12", "_stock_status": "instock", "_price": "10", "_backorders": "no"}
    rows |= {f"_{key}": value for key, value in stored.items()}
    meta = tuple(MetaRow(n, key, value) for n, (key, value) in enumerate((SAID if said is None else said).items(), 1))
    kind = "variable" if variations else "simple"
    return StoredProduct(
        500, "Gala", "publish", kind, NOW, NOW, meta=meta, own_meta=rows, variations=variations
    )  # fmt: skip


@pytest.mark.parametrize("first", [None, "", ["December 11, 2026"]])
def test_of_several_rows_of_a_key_the_first_is_read_whatever_it_holds(first: object) -> None:
    """An import has added a row behind one that is NULL, empty or a list: WordPress reads none but the first."""
    product = row().product()
    before = MetaRow(0, "WooCommerceEventsDate", first)
    assert product.text("WooCommerceEventsDate") == "December 04, 2026"
    assert replace(product, meta=(before, *product.meta)).text("WooCommerceEventsDate") == ""


@pytest.mark.parametrize("since", ["9" * 30, "9" * 5000])
def test_an_editor_of_a_time_beyond_all_time_has_it_open(since: str) -> None:
    """As to WordPress, which compares the digits: Python makes no number of more than 4,300."""
    product = row(edit_lock=f"{since}:1")
    assert (product.editor_seconds, product.opened_since_saved) == (0.0, True)


@pytest.mark.parametrize("kind", ["simple", "subscription"])
def test_variations_that_are_left_of_another_type_are_none(kind: str) -> None:
    """WooCommerce sells a product of these types by its own stock, whatever hangs below it."""
    own = StoredVariation(1, "A", "publish", {"_manage_stock": "yes", "_stock": "3"})
    left = replace(row(variations=(own,)), type=kind)
    assert left.product() == replace(row(), type=kind).product()
    (listing,) = product_listings(left.product(), Site("F j, Y", "g:i a", "UTC"), NOW, None).listings
    assert (listing.id, listing.offer.value) == ("wc:500", 12)


def test_a_variation_in_the_trash_is_none() -> None:
    """It is no second stock beside the product's, and buyers cannot choose it."""
    shared = StoredVariation(1, "A", "publish", {"_manage_stock": "no"})
    deleted = StoredVariation(2, "B", "trash", {"_manage_stock": "yes", "_stock": "3"})
    both = row(variations=(shared, deleted)).product()
    assert both == row(variations=(shared,)).product()
    assert classify(both).contradiction is None


@pytest.mark.parametrize(
    ("stored", "managed"),
    [("yes", True), ("1", True), ("true", True), ("YES", True), ("no", False), ("", False), ("0", False)],
)
def test_a_yes_of_any_spelling_manages_the_stock(stored: str, managed: bool) -> None:
    own = StoredVariation(1, "A", "publish", {"_manage_stock": stored, "_stock": "3"})
    made = row(manage_stock=stored, variations=(own,)).product()
    assert (made.manage_stock, made.stock_quantity) == (managed, 12 if managed else None)
    assert made.variations[0].manage_stock is managed


@pytest.mark.parametrize(
    ("own", "products", "told"),
    [
        ({"_manage_stock": "yes", "_backorders": "notify"}, "no", "notify"),
        ({"_manage_stock": "yes", "_backorders": ""}, "yes", "no"),
        ({"_manage_stock": "yes"}, "yes", "no"),
        ({"_manage_stock": "no", "_backorders": "no"}, "yes", "yes"),  # it sells the product's stock
    ],
)
def test_a_variation_is_sold_beyond_its_stock_as_whoever_counts_that_says(
    own: dict[str, str], products: str, told: str
) -> None:
    made = row(variations=(StoredVariation(1, "A", "publish", own),), backorders=products).product()
    assert (made.variations[0].backorders, made.backorders) == (told, products)


@pytest.mark.parametrize(
    ("stored", "number"),
    [
        ("5.7", 5),
        ("-0.5", 0),
        (" 7", 7),
        ("7 left", 7),
        ("1e3", 1000),
        ("1_000", 1),
        ("1,000", 1),
        ("٧", None),
        ("inf", None),
        ("nan", None),
        ("9" * 25, None),
        ("9" * 18, None),
        ("", None),
    ],
)
def test_a_stored_number_is_what_php_reads(stored: str, number: int | None) -> None:
    assert row(stock=stored).product().stock_quantity == number


def test_an_empty_price_is_none_and_a_missing_row_tells_nothing() -> None:
    rest = Product(500, "", "publish", "simple", True, 12, "instock", price="10")
    named = replace(rest, price=None)  # buyers name it themselves: the shop tells that it is sold
    without = row()
    without = replace(without, own_meta={key: value for key, value in without.own_meta.items() if key != "_price"})
    for stored, told, unpriced in (
        (row(price="0"), rest, False),
        (row(price=""), rest, True),
        (row(price=""), None, True),
        (row(price=""), named, False),
        (row(price=""), replace(named, unpriced=True), True),
        (without, None, False),
        (without, rest, False),
        (without, replace(named, unpriced=True), True),
    ):
        assert stored.product(told).unpriced is unpriced
    assert row().product(replace(rest, refused=True)).refused, "what REST alone tells stays"


@pytest.mark.parametrize(
    ("rows", "price", "unpriced"),
    [
        ({"_price": "12", "_regular_price": "12"}, "12", False),
        ({"_price": "9", "_regular_price": "12"}, "9", False),
        ({"_price": "12", "_regular_price": ""}, None, True),  # an import wrote the one row alone
        ({"_price": "", "_regular_price": "12"}, "12", False),
        ({"_regular_price": "12"}, "12", False),
        ({"_price": "12"}, "12", False),
    ],
)
def test_a_variation_is_sold_at_its_regular_price(rows: dict[str, str], price: str | None, unpriced: bool) -> None:
    """WooCommerce makes a variation's price of its regular one and of a sale, and reads no other row of it."""
    (variation,) = row(variations=(StoredVariation(1, "A", "publish", rows),)).product().variations
    assert (variation.price, variation.unpriced) == (price, unpriced)


def as_told(stored: StoredProduct) -> Product:
    return stored.product(Product(500, "", "", "", False, None, "", price="10"))


CHANGES: dict[str, StoredProduct] = {
    "its stock": row(stock="11"),
    "backorders": row(backorders="notify"),
    "its status": replace(row(), status="draft"),
    "its date": row(SAID | {"WooCommerceEventsDate": "December 11, 2026"}),
    "its hour": row(SAID | {"WooCommerceEventsHour": "09"}),
    "an end of sales": row(SAID | {"WooCommerceEventsExpireTimestamp": "1795780800"}),
    "its type": row(SAID | {"WooCommerceEventsType": "bookings"}),
    "booking options": row(SAID | {META_KEY: "{}"}),
    "a variation's stock": row(
        variations=(StoredVariation(1, "A", "publish", {"_manage_stock": "yes", "_stock": "2"}),)
    ),
}


@pytest.mark.parametrize("now", CHANGES.values(), ids=CHANGES)
def test_an_older_answer_is_noticed_by_whatever_it_tells(now: StoredProduct) -> None:
    before = replace(as_told(row()), variations=(Variation(1, "A", "publish", True, 3),))
    assert now.differs_from(before)
    assert now.differs_from(as_told(now)) is None


def test_what_an_answer_does_not_tell_is_no_difference() -> None:
    stored = row(SAID | {"WooCommerceEventsPeriod": ""})
    assert stored.differs_from(replace(as_told(row()), meta=())) is None
    assert stored.differs_from(as_told(row())) is None, "an empty row is as good as none"


@pytest.mark.parametrize(
    ("stored", "told", "saved", "behind"),
    [
        ((12, 5), (12, 4), 0, (True, True)),
        ((12, 5), (13, 4), 0, (True, False)),
        ((12, 5), (13, 6), 0, (False, False)),
        ((12, 5), (13, 6), 1, (True, True)),
        ((12, 5), (11, 4), -1, (False, False)),
    ],
    ids=["a sale is missing", "each lacks a sale", "REST lacks sales", "a save is missing", "REST lacks a save"],
)
def test_which_of_the_two_may_be_the_older(
    stored: tuple[int, int], told: tuple[int, int], saved: int, behind: tuple[bool, bool]
) -> None:
    def seats(product: int, variation: int) -> StoredProduct:
        own = {"_manage_stock": "yes", "_stock": str(variation)}
        return row(variations=(StoredVariation(501, "Front", "publish", own),), stock=str(product))

    ours = seats(*stored)
    theirs = replace(seats(*told).product(), saved=NOW + dt.timedelta(minutes=saved))
    assert (ours.may_be_behind(theirs), ours.seems_behind(theirs)) == behind
