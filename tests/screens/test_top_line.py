"""The first line in a small terminal: how both shops and the database are stands there in whole words."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping

import pytest
from driving import Running, make_app, press, screen_text, settle
from fake_club import NOW, health
from fake_desk import FakeDesk

from brcc_tui.app import BrccApp
from brcc_tui.model.app_error import AppError
from brcc_tui.operations.diagnostics.check import Check, Condition

SIZES = ((80, 24), (60, 20))
SILENT = "did not answer within 30 s"
SERVICES = {"eventbrite_api": "Eventbrite", "woocommerce_api": "Shop", "wordpress_db": "Database"}
STATES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "Eventbrite": (("eventbrite_api",), (), "down: Eventbrite"),
    "the shop": (("woocommerce_api",), (), "down: the shop"),
    "both": (("eventbrite_api", "woocommerce_api"), (), "down: both shops"),
    "the database": (("wordpress_db",), (), "down: the database"),
    "all": (tuple(SERVICES), (), "down: both shops and the database"),
    "all awaited": ((), tuple(SERVICES), "waiting for both shops and the database"),
    "one of each": (("eventbrite_api",), ("woocommerce_api",), "down: Eventbrite"),
    "one and two": (("eventbrite_api",), ("woocommerce_api", "wordpress_db"), "down: Eventbrite"),
    "two and one": (("eventbrite_api", "wordpress_db"), ("woocommerce_api",), "down: Eventbrite and the database"),
}
"""Which services are down, for which of them somebody waits, and what must be said of it in any case."""


class LongName(FakeDesk):
    """A desk of a shop whose host takes half of a small terminal."""

    shop_name = "tickets.backroom-comedy-club.example"


@pytest.fixture(params=["practice", "staging", "production"])
def app(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> BrccApp:
    monkeypatch.setattr(LongName, "profile", request.param)
    return make_app(LongName())


@pytest.fixture(params=["", "1"], ids=["signs", "ascii"])
def ascii_alone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRCC_ASCII", request.param)
    monkeypatch.setenv("NO_COLOR", request.param)


def top(app: BrccApp) -> str:
    line = screen_text(app).splitlines()[0]
    assert app.glyphs.more not in line, f"nothing is cut: {line}"
    assert app.desk.profile.upper() in line, f"nor left out: {line}"
    return line


def put(app: BrccApp, down: tuple[str, ...], awaited: tuple[str, ...] = ()) -> None:
    checks = {**health().checks, **dict.fromkeys(down, Check(Condition.DOWN, SILENT))}
    app.board.health = dataclasses.replace(health(), checks=checks)
    app.board.waiting = frozenset(awaited)
    app.changed()


@pytest.mark.parametrize("size", SIZES)
async def test_who_does_not_answer_is_named_in_whole_words(
    size: tuple[int, int], ascii_alone: None, running: Running, app: BrccApp
) -> None:
    async with running(size=size) as pilot:
        for down, awaited, words in STATES.values():
            put(app, down, awaited)
            await settle(pilot)
            line = top(app)
            assert words in line, line
            said = line.replace("both shops", "Eventbrite shop").lower()
            wrong = [SERVICES[key].lower() for key in (*down, *awaited)]
            assert all(service in said for service in ("eventbrite", "shop", *wrong)), f"each by its name: {line}"


@pytest.mark.parametrize("size", SIZES)
async def test_the_lights_have_whole_names_in_a_small_terminal(
    size: tuple[int, int], ascii_alone: None, running: Running, app: BrccApp
) -> None:
    async with running(size=size) as pilot:
        for screen in "1234567":
            await press(pilot, screen)
            assert all(service in top(app) for service in SERVICES.values()), top(app)
        later = NOW + dt.timedelta(minutes=26)
        app.desk.now = lambda: later  # type: ignore[method-assign]
        app.changed()
        await settle(pilot)
        sign = app.glyphs.hollow
        assert all(f"{sign} {service}" in top(app) for service in SERVICES.values()), "nobody has asked for long"


@pytest.mark.parametrize("size", SIZES)
async def test_what_else_is_new_is_left_out_whole_where_there_is_no_room(
    size: tuple[int, int], running: Running, app: BrccApp
) -> None:
    async with running(size=size) as pilot:
        app.survive = True
        app.fault("reading", AppError("no answer"))
        await settle(pilot)
        assert "1 error (E)" in top(app)
        app.board.notices = {"journal": "the disk is full", "rooms": "the disk is full"}
        put(app, tuple(SERVICES))
        await settle(pilot)
        assert "down: both shops and the database" in top(app)
        put(app, ())
        await settle(pilot)
        assert "journal and rooms: see 7" in top(app)


async def test_no_word_is_cut_where_a_service_is_troubled_and_two_are_awaited(running: Running, app: BrccApp) -> None:
    troubled = Check(Condition.DEGRADED, "few calls left")
    async with running(size=(60, 20)) as pilot:
        app.board.notices = {"catalogue": "the disk is full", "journal": "the disk is full"}
        for service in SERVICES:
            for others in ((), tuple(SERVICES.keys() - {service})):
                put(app, (), others)
                checks = dict.fromkeys(SERVICES if not others else (service,), troubled)
                app.board.health = dataclasses.replace(health(), checks={**health().checks, **checks})
                app.changed()
                await settle(pilot)
                assert ("waiting for" if others else "catalogue and journal: see 7") in top(app)
                assert app.glyphs.warning in top(app)
