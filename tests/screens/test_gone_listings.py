"""What is selected or noted of a listing that no shop has any more goes with it, and that is told."""

from __future__ import annotations

from driving import Running, press, screen_text, settle
from fake_desk import FakeDesk

from brcc_tui.app import BrccApp


async def test_a_draft_of_a_listing_that_is_gone_is_forgotten_aloud(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    async with running() as pilot:
        await press(pilot, "2", "enter", "j", "space", "plus", "j", "space")
        assert (len(app.board.selected), len(app.board.drafts)) == (2, 1)
        await press(pilot, "3")
        gone = desk.listings.pop("eb:101:1011")
        await app.take_catalogue()
        app.screen.query_one("#rows").refresh()
        await settle(pilot)
        app.changed()
        await settle(pilot)
        assert (len(app.board.selected), app.board.drafts) == (1, {})
        assert "1 of 10 listings" in screen_text(app)
        assert "1/10" in screen_text(app)
        (notice,) = app._notifications
        assert gone.title in notice.message
        assert not app.board.faults


async def test_nothing_is_let_go_while_nobody_knows_what_the_shops_have(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    async with running() as pilot:
        await press(pilot, "2", "enter", "j", "space", "plus")
        app.board.listings, app.board.read_at = {}, None
        assert app.board.forget_gone() == ()
        assert (len(app.board.selected), len(app.board.drafts)) == (1, 1)


async def test_the_mark_of_a_show_goes_with_the_show(running: Running, desk: FakeDesk, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "2", "m", "m")
        assert "2 marked" in screen_text(app)
        for key in ("eb:101:1011", "wc:4061:pmshow:nov27"):
            del desk.listings[key]
        await app.take_catalogue()
        app.changed()
        await settle(pilot)
        assert "1 marked" in screen_text(app)
        app.board.grouped((), (), known=False)
        app.changed()
        await settle(pilot)
        assert len(app.screen.marked) == 1, "that nobody knows which shows there are takes no mark away"
