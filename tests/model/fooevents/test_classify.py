"""What a product is: the table, line by line, and every mistake of the club's first program as a case of its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brcc_tui.model.catalogue import MetaRow, Product, Variation
from brcc_tui.model.failure import NO_DATES
from brcc_tui.model.fooevents.booking_text import META_KEY, NotEditable
from brcc_tui.model.fooevents.classify import Classification, ProductClass, classify
from brcc_tui.model.listing import Flag, StockMethod
from brcc_tui.model.quantity import UNLIMITED

SLOT = '"label":"8pm Show","hour":"08","minute":"00","period":"p.m.","add_time":"enabled"'
ONE = f'{{"slota":{{{SLOT},"datea_add_date":"June 02, 2027","datea_stock":"55"}}}}'
TWO_DATES = (
    f'{{"slota":{{{SLOT},"add_date":{{"datea":{{"date":"June 02, 2027","stock":55}},'
    '"dateb":{"date":"June 09, 2027","stock":5}}}}'
)
TWO_SLOTS = ONE[:-1] + "," + ONE.replace("slota", "slotb")[1:]
JUNK = '{"":{"add_date":{"":{"stock":1}}}}'
SYNTHETIC = (
    '{"event_31907":{"label":"Robyn Show","hour":"00","minute":"00","period":"",'
    '"date_31907_add_date":"","date_31907_stock":"998"}}'
)
BROKEN = '{"slota":{"label":"8pm "The" Show"}}'


def product(
    *,
    type: str | None = "bookings",
    event: str | None = "Event",
    options: object = None,
    stock: int | None = None,
    managed: bool | None = None,
    kind: str = "simple",
    variations: tuple[Variation, ...] = (),
    more: tuple[MetaRow, ...] = (),
) -> Product:
    rows = [("WooCommerceEventsEvent", event), ("WooCommerceEventsType", type), (META_KEY, options)]
    meta = tuple(MetaRow(number, key, value) for number, (key, value) in enumerate(rows) if value is not None)
    manage_stock = stock is not None if managed is None else managed
    return Product(31907, "Robyn", "publish", kind, manage_stock, stock, "instock", meta + more, variations=variations)


@pytest.mark.parametrize(
    ("name", "given_product", "expected"),
    [
        ("no FooEvents meta", product(type=None, event=None), ProductClass.NOT_AN_EVENT),
        ("no FooEvents meta, with stock", product(type=None, event=None, stock=5), ProductClass.NOT_AN_EVENT),
        (
            "a shirt with a ticket colour",
            product(
                type=None, event=None, stock=80, more=(MetaRow(9, "WooCommerceEventsTicketBackgroundColor", "#5a7"),)
            ),
            ProductClass.NOT_AN_EVENT,
        ),
        ("the form's NotEvent", product(type="single", event="NotEvent", stock=5), ProductClass.NOT_AN_EVENT),
        (
            "NotEvent with old dates",
            product(type="single", event="NotEvent", stock=5, options=TWO_DATES),
            ProductClass.NOT_AN_EVENT,
        ),
        ("the form's empty flag", product(type="single", event="", stock=5), ProductClass.NOT_AN_EVENT),
        ("seating", product(type="seating"), ProductClass.SEATING),
        ("seating with old booking text", product(type="seating", options=TWO_DATES, stock=5), ProductClass.SEATING),
        ("many dates", product(options=TWO_DATES), ProductClass.BOOKINGS),
        ("many slots", product(options=TWO_SLOTS), ProductClass.BOOKINGS),
        ("one slot with one date of type bookings", product(options=ONE), ProductClass.BOOKINGS),
        ("many dates, type missing", product(type=None, options=TWO_DATES), ProductClass.SINGLE_UNMANAGED),
        ("many dates, stock, type missing", product(type=None, stock=5, options=TWO_DATES), ProductClass.SINGLE),
        ("many dates, no mark at all", product(type=None, event=None, options=TWO_DATES), ProductClass.UNCERTAIN),
        ("many dates, event flag missing", product(event=None, options=TWO_DATES), ProductClass.BOOKINGS),
        ("dates and managed stock", product(options=TWO_DATES, stock=30), ProductClass.HYBRID),
        ("one date and managed stock", product(options=ONE, stock=0), ProductClass.HYBRID),
        ("single with stock", product(type="single", stock=50), ProductClass.SINGLE),
        ("sequential with stock", product(type="sequential", stock=50, options="null"), ProductClass.SINGLE),
        ("select with stock", product(type="select", stock=50), ProductClass.SINGLE),
        ("an old product without a type", product(type=None, stock=50), ProductClass.SINGLE),
        ("only a type and stock", product(type="single", event=None, stock=50), ProductClass.SINGLE),
        ("single with old booking text", product(type="single", stock=5, options=TWO_DATES), ProductClass.SINGLE),
        ("one date, type missing, stock", product(type=None, stock=5, options=ONE), ProductClass.SINGLE),
        ("variable", product(type="single", kind="variable"), ProductClass.VARIABLE),
        ("variable, the parent's stock", product(type="single", kind="variable", stock=9), ProductClass.SINGLE),
        ("bookings on a variable product", product(kind="variable", options=ONE), ProductClass.BOOKINGS),
        ("event without stock", product(type="single"), ProductClass.SINGLE_UNMANAGED),
        ("event without stock or type", product(type=None), ProductClass.SINGLE_UNMANAGED),
        ("synthetic options only", product(type=None, event=None, options=SYNTHETIC), ProductClass.SINGLE_UNMANAGED),
        (
            "broken options on an unmanaged single",
            product(type="single", options=BROKEN),
            ProductClass.SINGLE_UNMANAGED,
        ),
        ("bookings, broken options", product(options=BROKEN), ProductClass.UNCERTAIN),
        ("bookings, broken options, stock", product(options=BROKEN, stock=5), ProductClass.UNCERTAIN),
        ("bookings without options", product(), ProductClass.UNCERTAIN),
        ("bookings, no dates, stock", product(options="{}", stock=5), ProductClass.UNCERTAIN),
        ("bookings, only junk", product(options=JUNK), ProductClass.UNCERTAIN),
        ("bookings overwritten by synthetic options", product(options=SYNTHETIC), ProductClass.UNCERTAIN),
        ("options stored as a PHP array", product(options={"slota": {}}), ProductClass.UNCERTAIN),
        ("stock without a quantity", product(type="single", managed=True), ProductClass.UNCERTAIN),
        ("bookings, stock without a quantity", product(options=TWO_DATES, managed=True), ProductClass.UNCERTAIN),
        ("a type of the future", product(type="festival", stock=5), ProductClass.UNCERTAIN),
    ],
)
def test_the_table(name: str, given_product: Product, expected: ProductClass) -> None:
    kind = classify(given_product)
    assert kind.product_class is expected, name
    assert [tried.matched for tried in kind.rules] == [False] * (len(kind.rules) - 1) + [True]
    assert all(tried.evidence for tried in kind.rules)
    if expected is ProductClass.UNCERTAIN:
        assert kind.contradiction, "the contradiction is told in words"
        assert kind.stock_method is StockMethod.READ_ONLY


@pytest.mark.parametrize(
    ("product_class", "method"),
    [
        (ProductClass.BOOKINGS, StockMethod.BOOKING_STOCK),
        (ProductClass.HYBRID, StockMethod.WOOCOMMERCE_STOCK),
        (ProductClass.SINGLE, StockMethod.WOOCOMMERCE_STOCK),
    ],
)
def test_the_stock_method_of_what_can_be_written(product_class: ProductClass, method: StockMethod) -> None:
    products = (product(options=ONE), product(options=ONE, stock=3), product(type="single", stock=3))
    assert {kind.product_class: kind.stock_method for kind in map(classify, products)}[product_class] is method


def test_why_no_date_of_a_product_without_a_type_is_sold() -> None:
    """FooEvents takes it for a single event: nobody is asked for a date of it, and no date's stock is looked at."""
    kind = classify(product(type=None, stock=5, options=TWO_DATES))
    assert (kind.cells, Flag.STALE_BOOKING_TEXT in kind.flags) == ((), True)
    assert kind.contradiction is not None
    assert "without its type FooEvents sells no date of it" in kind.contradiction


class TestOldBookingText:
    @pytest.mark.parametrize("type", ["single", "sequential", "select", "seating", None])
    def test_junk_of_a_cancelled_order_is_ignored_and_flagged(self, type: str | None) -> None:
        kind = classify(product(type=type, stock=5, options=JUNK))
        assert Flag.STALE_BOOKING_TEXT in kind.flags
        assert kind.cells == ()

    @pytest.mark.parametrize("options", ["", "null", "[]", "{}", None])
    def test_nothing_is_not_flagged(self, options: str | None) -> None:
        assert classify(product(type="single", stock=5, options=options)).flags == frozenset()

    def test_on_another_type_it_is_flagged_and_sells_nothing(self) -> None:
        kind = classify(product(type="single", stock=5, options=TWO_DATES))
        assert kind.flags == {Flag.STALE_BOOKING_TEXT}
        assert kind.cells == ()
        assert "left on a product of type single" in str(kind.contradiction)

    def test_broken_and_old(self) -> None:
        kind = classify(product(type="single", stock=5, options=BROKEN))
        assert kind.flags == {Flag.STALE_BOOKING_TEXT, Flag.INVALID_JSON}

    def test_a_breaking_label_matters_only_where_the_text_is_in_use(self) -> None:
        breaking = TWO_DATES.replace("8pm Show", r"8pm \"The\" Show")
        assert Flag.LABEL_BREAKS_FOOEVENTS in classify(product(options=breaking)).flags
        assert Flag.LABEL_BREAKS_FOOEVENTS not in classify(product(type="single", stock=5, options=breaking)).flags


class TestContradiction:
    def test_none_when_everything_fits(self) -> None:
        assert classify(product(options=TWO_DATES)).contradiction is None

    def test_two_meta_rows_are_a_reason(self) -> None:
        kind = classify(product(options=TWO_DATES, more=(MetaRow(99, META_KEY, ONE),)))
        assert kind.product_class is ProductClass.BOOKINGS
        assert kind.contradiction == "the booking options occur in 2 meta rows"
        assert len(kind.cells) == 2, "the first row counts, as in PHP"

    @pytest.mark.parametrize("options", ["", "null", "[]", "{}", '{"s":{"add_date":[]}}', JUNK])
    def test_dates_that_are_to_follow(self, options: str) -> None:
        assert classify(product(options=options)).contradiction == NO_DATES

    @pytest.mark.parametrize("options", [None, BROKEN])
    def test_options_that_did_not_come_or_cannot_be_read_are_no_dates_to_follow(self, options: str | None) -> None:
        kind = classify(product(options=options))
        assert kind.contradiction
        assert kind.contradiction != NO_DATES

    def test_parent_and_variations_with_stock(self) -> None:
        own = (Variation(1, "Front", "publish", True, 5),)
        kind = classify(product(type="single", kind="variable", stock=9, variations=own))
        assert kind.product_class is ProductClass.SINGLE
        assert "each hold a stock" in str(kind.contradiction)


class TestMistakesOfTheFirstProgram:
    """Numbered as the list of what it got wrong."""

    def test_1_one_slot_with_one_date_stays_the_real_text(self) -> None:
        """It took such a product for a single event and wrote made-up options over the real ones."""
        kind = classify(product(options=ONE))
        assert kind.booking is not None
        assert kind.booking.edit({("slota", "datea"): 56}) == ONE.replace('"55"', '"56"')

    def test_2_a_single_event_without_stock_gets_none_invented(self) -> None:
        kind = classify(product(type="single"))
        assert (kind.stock_method, kind.cells) == (StockMethod.READ_ONLY, ())

    def test_3_dates_beside_managed_stock_are_a_hybrid_not_a_single_event(self) -> None:
        kind = classify(product(options=TWO_SLOTS, stock=40))
        assert kind.product_class is ProductClass.HYBRID
        assert Flag.HYBRID in kind.flags
        assert len(kind.cells) == 2

    def test_4_being_an_event_does_not_say_which_kind(self) -> None:
        assert classify(product(event="Event", type="bookings", options=ONE)).product_class is ProductClass.BOOKINGS

    def test_5_an_edit_never_brings_back_sold_seats(self) -> None:
        before = classify(product(options=TWO_DATES)).booking
        after_a_sale = classify(product(options=TWO_DATES.replace('"stock":55', '"stock":54'))).booking
        assert before is not None
        assert after_a_sale is not None
        assert after_a_sale.edit({("slota", "dateb"): 9}) != before.edit({("slota", "dateb"): 9})
        assert '"stock":54' in after_a_sale.edit({("slota", "dateb"): 9})

    def test_6_an_unlimited_date_is_not_0_and_not_closed_by_plus_one(self) -> None:
        booking = classify(product(options=ONE.replace('"55"', '""'))).booking
        assert booking is not None
        assert booking.cells[0].remaining is UNLIMITED
        with pytest.raises(NotEditable):
            booking.edit({("slota", "datea"): 1})


META_VALUES = (
    st.none() | st.text(max_size=20) | st.sampled_from([ONE, JUNK, BROKEN, SYNTHETIC, "null", [], {"a": 1}, 5])
)


@given(
    st.fixed_dictionaries({}, optional={"type": META_VALUES, "event": META_VALUES, "options": META_VALUES}),
    st.none() | st.integers(-5, 60),
    st.booleans(),
    st.sampled_from(["simple", "variable", "grouped", ""]),
)
def test_no_product_raises(meta: dict[str, object], stock: int | None, managed: bool, kind: str) -> None:
    keys = {"type": "WooCommerceEventsType", "event": "WooCommerceEventsEvent", "options": META_KEY}
    rows = tuple(MetaRow(number, keys[name], value) for number, (name, value) in enumerate(meta.items()))
    found = classify(Product(1, "x", "publish", kind, managed, stock, "instock", rows))
    assert isinstance(found, Classification)
    assert found.rules[-1].matched
    assert found.contradiction or found.product_class is not ProductClass.UNCERTAIN
