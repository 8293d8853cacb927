"""Events that were cancelled on Eventbrite's own pages: gone from the catalogue, and people have paid for them."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from brcc_tui.model.listing import Platform
from brcc_tui.model.shows.show import Show
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.catalogue.shows import NoSuchShow, find_show
from brcc_tui.operations.money.cancelled import cancelled_shows, find_show_or_cancelled
from brcc_tui.operations.money.places import classes_by_event
from brcc_tui.operations.money.refunds import read_refunds
from brcc_tui.operations.money.report import read_report
from brcc_tui.platforms.errors import NotReachable
from brcc_tui.platforms.eventbrite.client import Eventbrite

EB = Platform.EVENTBRITE


def sold_show(practice: Any, *shops: Platform) -> tuple[Show, str]:
    """A show that these shops sell, with its one event, of which something is sold."""
    today = practice.club.clock.now()
    for show in practice.shows():
        events = list(classes_by_event(show.listings))
        there = {x.platform for x in show.listings}
        if there == set(shops) and len(events) == 1 and show.starts_at > today:
            event = practice.world.eventbrite.events[events[0]]
            if practice.world.eventbrite_orders.sales(event).gross:
                return show, events[0]
    raise AssertionError("no such show")


@pytest.mark.parametrize("alone", [False, True], ids=["sold in both shops", "sold by Eventbrite alone"])
async def test_its_orders_are_still_listed(practice: Any, alone: bool) -> None:
    show, event = sold_show(practice, *([EB] if alone else Platform))
    before = [order for order in (await read_refunds(practice.club, show)).orders if order.shop is EB]
    practice.world.eventbrite.cancel(event)
    await refresh(practice.club)
    if alone:
        with pytest.raises(NoSuchShow):
            find_show(practice.club, show.id)
    else:
        assert not classes_by_event(find_show(practice.club, show.id).listings)
    for name in (show.id, f"eb:{event}"):
        found = await read_refunds(practice.club, await find_show_or_cancelled(practice.club, name))
        assert found.show_id == show.id
        assert [order for order in found.orders if order.shop is EB] == before != []
        assert [one.amount for one in found.sums() if one.shop is EB] == [sum(order.amount for order in before)]
    found = await cancelled_shows(practice.club)
    (again,) = [one for one in found if one.id == show.id]
    assert {x.platform for x in again.listings} == ({EB} if alone else set(Platform) - {EB})
    assert [one.starts_at for one in found] == sorted(one.starts_at for one in found), "all of them are to come"
    with pytest.raises(NoSuchShow):
        await find_show_or_cancelled(practice.club, "eb:1")


async def test_a_report_says_what_it_leaves_out(practice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    show, event = sold_show(practice, *Platform)
    day = show.starts_at.date()
    gross = practice.world.eventbrite_orders.sales(practice.world.eventbrite.events[event]).gross
    assert not [note for note in (await read_report(practice.club, day, day)).notes if event in note]
    practice.world.eventbrite.cancel(event)
    await refresh(practice.club)
    (note,) = [note for note in (await read_report(practice.club, day, day)).notes if event in note]
    assert f"{gross // 100}.{gross % 100:02} CAD" in note

    async def silent(*_: Any, **__: Any) -> Any:
        raise NotReachable("the shop cannot be reached", subject="Eventbrite")

    monkeypatch.setattr(Eventbrite, "canceled_events", silent)
    assert any("is not known: " in note for note in (await read_report(practice.club, day, day)).notes)
    found = await read_refunds(practice.club, find_show(practice.club, show.id))
    assert any("could not be looked into" in note for note in found.notes)
    assert not found.failed


async def test_without_eventbrite_nothing_is_asked(practice: Any) -> None:
    club = dataclasses.replace(practice.club, eventbrite=None)
    with pytest.raises(NoSuchShow):
        await find_show_or_cancelled(club, "eb:1")
