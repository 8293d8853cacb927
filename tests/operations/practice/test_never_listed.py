"""A shop that was never listed may sell the seats of any show: what it sold is not known, which is not nothing."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from brcc_tui.cli.as_json import show_json
from brcc_tui.model.failure import DATES_TO_FOLLOW, Failure
from brcc_tui.model.listing import Platform
from brcc_tui.model.money.report import By
from brcc_tui.model.shows.show import ShowFlag
from brcc_tui.operations.money.door import read_door
from brcc_tui.operations.money.refunds import read_refunds
from brcc_tui.operations.money.report import read_report
from brcc_tui.operations.money.sheets import door_sheet
from brcc_tui.platforms.errors import RateLimited
from brcc_tui.platforms.eventbrite.client import Eventbrite
from brcc_tui.sandbox.serve import PracticeOptions
from brcc_tui.store.catalogue_cache import CatalogueCache
from brcc_tui.widgets.age import Ages
from brcc_tui.widgets.glyphs import ASCII
from brcc_tui.widgets.show_line import paint_show
from tests.practice import SHORT

USED_UP = "the hour's calls are used up"


async def refused(*_: Any, **__: Any) -> Any:
    raise RateLimited(USED_UP, subject="Eventbrite")


async def test_what_was_never_listed_is_not_nothing(open_practice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as first_refresh:
        first_refresh.setattr(Eventbrite, "events", refused)
        practice = await open_practice(PracticeOptions(**SHORT), read_anew=True)
    now = practice.club.clock.now()
    show = next(
        show for show in practice.shows() if show.starts_at > now and any(x.reading.sold for x in show.listings)
    )
    for name in ("sold", "held", "remaining", "free", "exposure"):
        assert USED_UP in getattr(show, name).reason
    assert show.free_at_most < show.room.seats, "what is known is counted"
    told = show_json(show)
    assert told["on_offer"] is None
    assert USED_UP in told["unknown"]["on_offer"]
    line = "".join(span.text for span in paint_show(show, 120, now, ASCII, Ages(now, (), ASCII).of(show.listings)))
    assert re.search(r"55 +\? +\? .* \? +\? +\d+ ", line), "free and Eventbrite's part are not known"
    assert ShowFlag.ONE_SHOP_ONLY not in show.flags
    assert "nothing else is sold" not in show.pairing.reason

    days = show.starts_at.date(), show.starts_at.date() + dt.timedelta(days=40)
    report = await read_report(practice.club, *days)
    assert report.shows
    assert report.failed.keys() == {Platform.EVENTBRITE}
    for row in (*report.rows(By.SHOW), *report.rows(By.WEEKDAY), *report.rows(By.MONTH), report.total()):
        assert (row.both.sold, row.both.gross, row.fill) == (None, None, None)
        assert USED_UP in row.both.unknown["gross"]
        assert row.shops[Platform.EVENTBRITE].sold is None
        assert row.shops[Platform.WOOCOMMERCE].sold is not None

    refunds = await read_refunds(practice.club, show)
    assert USED_UP in refunds.failed[Platform.EVENTBRITE]
    assert {part.shop for part in refunds.sums()} == {Platform.WOOCOMMERCE}

    door = await read_door(practice.club, show)
    assert USED_UP in door.failed[Platform.EVENTBRITE]
    (together,) = door_sheet(door).tables[0].totals
    assert together == ("together", "", None, None)


async def test_a_list_that_did_not_come_again_leaves_a_note(practice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    show = next(show for show in practice.shows() if show.starts_at > practice.club.clock.now())
    failed = Failure("eventbrite", "Eventbrite", USED_UP), Failure("wc:1", "Improv", "its text is no JSON")
    failed += (Failure("wc:2", "Brand new", DATES_TO_FOLLOW),)
    monkeypatch.setattr(CatalogueCache, "failed", lambda _: failed)
    for found in (await read_refunds(practice.club, show), await read_door(practice.club, show)):
        assert not found.failed
        assert [USED_UP in note for note in found.notes] == [True, False]
        assert found.notes[1] == "what could not be read may sell this show, too: Improv (wc:1)"
