"""A silent shop or database: it is told within a second, and takes nothing from what was known."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt

import pytest
from driving import Running, press, screen_text, settle
from fake_club import NOW, health
from fake_desk import FakeDesk

from brcc_tui.app import BrccApp
from brcc_tui.model.app_error import AppError
from brcc_tui.model.failure import Failure
from brcc_tui.model.reading import Reading
from brcc_tui.model.wholeness import Shortfall
from brcc_tui.operations.catalogue.refresh_report import RefreshReport
from brcc_tui.operations.diagnostics.check import Check, Condition
from brcc_tui.platforms.timings import Timings
from brcc_tui.widgets.rows import Rows


def _light(app: BrccApp, service: str) -> str:
    top = screen_text(app).splitlines()[0]
    return top[top.rindex(service) - 2]


async def test_the_lights_follow_every_question_and_recover_by_themselves(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    desk.measured = Timings(lambda: NOW + dt.timedelta(seconds=1))
    async with running() as pilot:
        assert _light(app, "Eventbrite") == "●"
        with desk.measured.asking("Eventbrite"):
            await asyncio.sleep(0.5)  # this one is answered; the next one's second begins with it
        with desk.measured.asking("Eventbrite"):
            await settle(pilot)
            assert _light(app, "Eventbrite") == "●", "an answer may take a moment"
            await asyncio.sleep(0.9)
            await settle(pilot)
            assert (_light(app, "Eventbrite"), _light(app, "Shop")) == ("○", "●")
            assert "waiting for Eventbrite" in screen_text(app)
        desk.measured.ended("Eventbrite", "did not answer within 30 s")
        await settle(pilot)
        assert _light(app, "Eventbrite") == "✗"
        assert "down: Eventbrite" in screen_text(app)
        await press(pilot, "7")
        assert "does not answer: did not answer within 30 s" in screen_text(app)
        desk.measured.ended("Eventbrite")
        await settle(pilot)
        assert _light(app, "Eventbrite") == "●"
        assert "down: " not in screen_text(app)


async def test_the_light_of_a_service_that_nobody_asked_for_long_says_so(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    later = NOW + dt.timedelta(minutes=26)
    desk.measured = Timings(lambda: later)
    async with running() as pilot:
        desk.now = lambda: later  # type: ignore[method-assign]
        app.changed()
        await settle(pilot)
        assert [_light(app, service) for service in ("Eventbrite", "Shop", "Database")] == ["○"] * 3
        assert "○ Eventbrite checked 19:04" in screen_text(app)
        desk.measured.ended("Eventbrite")  # as `r` on a show of Eventbrite alone asks nobody else
        await settle(pilot)
        assert [_light(app, service) for service in ("Eventbrite", "Shop", "Database")] == ["●", "○", "○"]
        assert "● Eventbrite answered 19:30" in screen_text(app)
        assert "○ Shop checked 19:04" in screen_text(app)
        desk.measured.ended("SQL", "did not answer within 10 s")
        await settle(pilot)
        assert [_light(app, service) for service in ("Shop", "Database")] == ["○", "✗"]


async def test_a_light_that_tells_of_a_refusal_stays_until_somebody_is_served(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    desk.measured = Timings(lambda: NOW + dt.timedelta(seconds=1))
    async with running() as pilot:
        refused = Check(Condition.DOWN, "access is denied: check PRIVATE_TOKEN", 40.0)
        app.take_health(dataclasses.replace(health(), checks={**health().checks, "eventbrite_api": refused}))
        desk.measured.ended("Eventbrite", served=False)  # the same refusal, to somebody who pressed r
        await settle(pilot)
        assert _light(app, "Eventbrite") == "✗"
        assert "check PRIVATE_TOKEN" in screen_text(app)
        desk.measured.ended("Eventbrite")
        await settle(pilot)
        assert _light(app, "Eventbrite") == "●"


async def test_a_firewalls_page_in_the_place_of_a_shop_turns_its_light(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    desk.measured = Timings(lambda: NOW + dt.timedelta(seconds=1))
    async with running() as pilot:
        desk.measured.ended("WooCommerce", "something else answers in its place (403, no data)")
        await settle(pilot)
        assert _light(app, "Shop") == "✗"
        desk.measured.ended("WooCommerce", "answered 429")
        await settle(pilot)
        assert _light(app, "Shop") == "▲", "it asks for fewer requests, and so it answers"


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 20)])
async def test_a_trouble_that_has_no_room_says_where_the_rest_of_it_stands(
    running: Running, app: BrccApp, size: tuple[int, int]
) -> None:
    advice = "Try again; if it stays so, a firewall stands before the shop: ask its host to let you through."
    why = f"WooCommerce, a first product: the shop answered 403 with a web page instead of data. {advice}"
    async with running(size=size) as pilot:
        page = Check(Condition.DOWN, why, 40.0)
        app.take_health(dataclasses.replace(health(), checks={**health().checks, "woocommerce_api": page}))
        await settle(pilot)
        text = screen_text(app)
        assert "let you through." in text or "… (7 has all)" in text
        await press(pilot, "7")
        assert "let you through." in " ".join(screen_text(app).replace("│", " ").split())


async def test_what_answers_with_a_failure_is_not_said_to_give_no_answer_at_all(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    """`does not answer: answered 502` said both; whoever waits for an answer looks at the network, and it is well."""
    desk.measured = Timings(lambda: NOW + dt.timedelta(seconds=1))
    async with running() as pilot:
        desk.measured.ended("Eventbrite", "answered 502")
        await settle(pilot)
        assert "down: Eventbrite" in screen_text(app)
        await press(pilot, "7")
        assert "gives no answer that can be used: answered 502" in screen_text(app)
        assert "does not answer" not in screen_text(app)


async def test_where_nobody_answers_the_next_shows_stay_in_a_low_terminal(running: Running, app: BrccApp) -> None:
    silent = Check(Condition.DOWN, "does not answer: cannot be reached: the connection was refused (is it running?)")
    services = dict.fromkeys(("eventbrite_api", "woocommerce_api", "wordpress_db"), silent)
    async with running(size=(60, 20)) as pilot:
        app.take_health(dataclasses.replace(health(), checks={**health().checks, **services}))
        await settle(pilot)
        assert screen_text(app).count("(7 has all)") == len(services)
        assert app.screen.query_one("#shows", Rows).size.height >= 4


@pytest.mark.parametrize(("shop", "called"), [("eb", "Eventbrite"), ("wc", "the shop")])
async def test_r_says_first_who_was_silent_and_wipes_nothing(
    shop: str, called: str, running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    async with running() as pilot:
        before = {show.id: (show.sold, show.free, show.flags) for show in app.board.shows}
        alarms = [(item.target, item.text) for item in app.board.attention(NOW)]

        said = []

        async def silent(ids, progress):
            await pilot.pause()
            said.append(screen_text(app))
            later = NOW + dt.timedelta(minutes=1)
            reading = Reading.unknown("no answer within 30 s", read_at=later)
            return tuple(dataclasses.replace(desk.listings[key], reading=reading) for key in ids if key[:2] == shop)

        desk.read_live = silent  # type: ignore[method-assign]
        await press(pilot, "r")
        assert "reading 2 listings…" in said[0], "the key is answered at once, whoever else is silent"
        assert f"No usable answer from {called}: 1 listing keeps what was known, with its age." in screen_text(app)
        assert {show.id: (show.sold, show.free, show.flags) for show in app.board.shows} == before
        assert [(item.target, item.text) for item in app.board.attention(NOW)] == alarms
        assert "✗now" in screen_text(app)


async def test_the_errors_tell_of_a_service_that_is_not_well(running: Running, app: BrccApp) -> None:
    async with running((60, 20)) as pilot:
        await press(pilot, "E")
        assert "Nothing went wrong." in screen_text(app)
        away = Check(Condition.DOWN, "WordPress database: the server cannot be reached. Check WORDPRESS_DB_HOST.")
        app.take_health(dataclasses.replace(health(), checks={**health().checks, "wordpress_db": away}))
        await press(pilot, "escape", "E")
        text = " ".join(screen_text(app).split())
        assert "Nothing went wrong." not in text
        assert "WordPress database: the server cannot be reached. Check WORDPRESS_DB_HOST." in text
        app.fault("reading", AppError("no answer"))
        await press(pilot, "escape", "E")
        assert "the server cannot be reached" in screen_text(app), "beside what else went wrong"


async def test_a_refresh_of_which_a_shop_was_silent_says_so_first(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    async def refresh(progress):
        failed = (Failure("eventbrite", "Eventbrite", "no answer within 30 s"), Failure("wc:5", "Odd", "no JSON"))
        return RefreshReport(NOW, 31.0, {}, 0, {"listings": 29}, failed)

    desk.refresh = refresh  # type: ignore[method-assign]
    async with running() as pilot:
        ill = Check(Condition.DEGRADED, "there is no catalogue yet: refresh")
        app.take_health(dataclasses.replace(health(), checks={**health().checks, "cache_status": ill}))
        await settle(pilot)
        assert "there is no catalogue yet" in screen_text(app)
        await press(pilot, "R")
        assert "there is no catalogue yet" not in screen_text(app), "it was checked again"
        words = "No usable answer from Eventbrite: what was known of it stays, with its age.  29 listings in 31.0 s"
        assert words in screen_text(app)
        assert {key for key in app.board.listings if key.startswith("eb:")} == app.board.silent.keys()


PAST = "Eventbrite, past events"


@pytest.mark.parametrize(
    "told",
    [
        Failure("eventbrite", PAST, "the shop refused"),
        Shortfall("the list of past events", 5, 9, "no more pages").failure("eventbrite", PAST),
        Shortfall("the list of events", 5, 9, "no more pages").failure("eventbrite", "Eventbrite"),
    ],
    ids=["no past events", "some past events", "some events"],
)
async def test_a_shop_that_told_a_part_of_its_lists_was_not_silent(
    running: Running, desk: FakeDesk, app: BrccApp, told: Failure
) -> None:
    async def refresh(progress):
        return RefreshReport(NOW, 31.0, {}, 0, {"listings": 29}, (told,))

    desk.refresh = refresh  # type: ignore[method-assign]
    async with running() as pilot:
        await press(pilot, "R")
        assert "No usable answer from" not in screen_text(app)
        assert "29 listings in 31.0 s, 1 could not be read" in screen_text(app)
        assert app.board.silent == {}
