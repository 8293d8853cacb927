"""The habits that the practice club can be given: each is there when it is switched on, and buyers feel it."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from brcc_tui.cli.arguments import parse
from brcc_tui.sandbox.habits import HABIT_WORDS, Habit
from brcc_tui.sandbox.serve import PracticeClub, PracticeOptions
from brcc_tui.sandbox.wordpress.sales import places_left, why_ended
from brcc_tui.sandbox.wordpress.shop import CheckoutRefused
from brcc_tui.sandbox.wordpress.site import WordPressSite
from brcc_tui.sandbox.world.meta import BOOKING_KEY
from brcc_tui.sandbox.world.types import ProductSpec, SiteSpec
from tests.practice import SHORT

NOW = dt.datetime(2026, 11, 28, 20, tzinfo=dt.UTC)  # 15:00 in Toronto
TEXT = (
    '{"s":{"label":"8pm","hour":"08","minute":"00","period":"p.m.",'
    '"add_date":{"d":{"date":"November 30, 2026","stock":9}}}}'
)


def is_json(text: str | None) -> bool:
    try:
        return bool(json.loads(text or ""))
    except ValueError:
        return False


async def test_a_club_with_all_habits() -> None:
    club = PracticeClub(PracticeOptions(habits=tuple(Habit), **SHORT))
    settings = await club.start()
    try:
        assert settings["WOOCOMMERCE_READ_AUTH"] == "query"
        assert settings["WOOCOMMERCE_WRITE_METHOD"] == "header"
        assert settings["EVENTBRITE_ORGANIZATION_ID"] == club.eventbrite.organization_id
        assert len(club.eventbrite.organizations) == 2
        assert {fault.kind.value for fault in club.faults.faults} == {
            "old_answers", "short_pages", "shifted_page", "no_authorization", "blocked", "refused",
        }  # fmt: skip
        database = club.site.shop.database
        for key, value in (
            ("_backorders", "yes"),
            ("WooCommerceEventsBookingsExpirePassedDate", "yes"),
            ("WooCommerceEventsNumDays", "4"),
        ):
            sql = "SELECT COUNT(*) FROM {p}postmeta WHERE meta_key=? AND meta_value=?"
            assert database.number(sql, (key, value)) > 0, key
        assert database.number("SELECT COUNT(*) FROM {p}term_taxonomy WHERE taxonomy='post_translations'") == 2
        assert "polylang" in str(
            database.value("SELECT option_value FROM {p}options WHERE option_name='active_plugins'")
        )
        assert sum(map(len, club.eventbrite.codes.values())) > 5
        sold = {order.product_id for order in club.world.orders if order.date_id}
        assert any(not is_json(club.site.shop.posts.get(product, BOOKING_KEY)) for product in sold)
    finally:
        await club.stop()


@pytest.mark.parametrize("habit", Habit)
def test_every_habit_is_described_and_can_be_asked_for(habit: Habit) -> None:
    assert HABIT_WORDS[habit]
    assert parse(["demo", "--with", habit.value, "--with", "threshold"]).habits == [habit, "threshold"]


def test_a_habit_that_is_none_is_refused() -> None:
    with pytest.raises(SystemExit):
        parse(["demo", "--with", "ghosts"])
    with pytest.raises(ValueError, match="ghosts"):
        PracticeClub(PracticeOptions()).turn_on("ghosts")


def shop(*meta: tuple[str, str], stock: int | None = None, bookings: bool = True) -> WordPressSite:
    site = WordPressSite(SiteSpec(), clock=lambda: NOW)
    own = (("WooCommerceEventsEvent", "Event"), ("WooCommerceEventsType", "bookings" if bookings else "single"))
    text = (("fooevents_bookings_options_serialized", TEXT),) if bookings else ()
    site.add_product(ProductSpec(5, "Show", (*own, *text, *meta), manage_stock=stock is not None, stock=stock))
    return site


EXPIRES = ("WooCommerceEventsBookingsExpirePassedDate", "yes")


@pytest.mark.parametrize(
    ("meta", "left"),
    [
        ((), 9),
        ((EXPIRES,), 9),
        ((EXPIRES, ("WooCommerceEventsBookingsExpireValue", "52"), ("WooCommerceEventsBookingsExpireUnit", "hour")), 9),
        ((EXPIRES, ("WooCommerceEventsBookingsExpireValue", "53"), ("WooCommerceEventsBookingsExpireUnit", "hour")), 0),
        ((EXPIRES, ("WooCommerceEventsBookingsExpireValue", "3"), ("WooCommerceEventsBookingsExpireUnit", "day")), 0),
    ],
)
async def test_a_date_that_has_expired_is_not_sold(meta: tuple[tuple[str, str], ...], left: int) -> None:
    site = shop(*meta)
    assert places_left(site.shop, 5, TEXT, "s", "d") == left
    if left:
        await site.checkout(5, slot_id="s", date_id="d")
    else:
        assert why_ended(site.shop, 5, TEXT, "s", "d")
        with pytest.raises(CheckoutRefused):
            await site.checkout(5, slot_id="s", date_id="d")
    site.close()


@pytest.mark.parametrize(
    ("stock", "backorders", "left"), [(4, "no", 4), (3, "no", 0), (0, "no", 0), (0, "yes", None), (-2, "notify", None)]
)
async def test_thresholds_and_backorders(stock: int, backorders: str, left: int | None) -> None:
    site = shop(stock=stock, bookings=False)
    site.set_option("woocommerce_notify_no_stock_amount", "3")
    site.shop.posts.set(5, "_backorders", backorders)
    assert places_left(site.shop, 5, None) == left
    if left == 0:
        with pytest.raises(CheckoutRefused):
            await site.checkout(5)
    else:
        await site.checkout(5)
        assert site.stock(5) == stock - 1
    site.close()
