"""Cancelling a show: closes everything of it on both shops, then lists what to refund.

A show that was cancelled on Eventbrite's own pages is in no catalogue any more: it is requested, and chosen from a
list.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from brcc_tui.model.finding.subject import show_subject
from brcc_tui.screens.modals.modal import Modal
from brcc_tui.screens.refunds import RefundsScreen
from brcc_tui.screens.support.find import FindableChoice
from brcc_tui.widgets.names import with_names
from brcc_tui.widgets.numbers import quantity_text
from brcc_tui.widgets.when import say_start

if TYPE_CHECKING:
    from brcc_tui.model.shows.show import Show
    from brcc_tui.screens.state.reviewed import Reviewed
    from brcc_tui.screens.support.host import ScreenHost


def cancel(host: ScreenHost, show: Show) -> None:
    """Close it, as one plan that is confirmed once; then list the orders to refund.

    What is closed already goes straight to the list.
    """

    def closed(reviewed: Reviewed) -> None:
        host.work(lambda: _refunds(host, show, reviewed), "listing what is to be refunded", group="refunds")

    doing = f"{show.title} is cancelled: reading what is sold"
    host.review(doing, partial(host.desk.plan_close, [show.id]), closed)


async def _refunds(host: ScreenHost, show: Show, reviewed: Reviewed) -> None:
    from brcc_tui.screens.modals.progress import ProgressModal

    run = reviewed.run
    if run is not None and not await run.until_seen():
        host.show_status("Not everything is closed: 6 History says why. K goes on from there.", "warn")
        return
    own = run is not None and isinstance(host.screen, ProgressModal) and host.screen.follows(run)
    if isinstance(host.screen, Modal) and not own:  # somebody is at something else by now
        host.toast(f"{show.title} is closed. K on it lists the orders to refund.", "good")
    else:
        host.push_screen(RefundsScreen(show))
    if reviewed.left:
        ids = "; ".join(refusal.listing_id for refusal in reviewed.left)
        names = with_names(ids, host.board.listings, host.now())
        host.call_later(host.toast, f"Still on sale, to be closed in its shop: {names}.", "bad")


def choose_cancelled(host: ScreenHost) -> None:
    """Let a person choose among the shows that were cancelled on Eventbrite's own pages; then come its orders."""
    host.work(lambda: _choose_cancelled(host), "asking what was cancelled on Eventbrite", group="ask")


async def _choose_cancelled(host: ScreenHost) -> None:
    from brcc_tui.operations.money.cancelled import cancelled_shows
    from brcc_tui.screens.modals.waiting import Waiting

    asked = partial(cancelled_shows, host.desk.club)
    doing = "What was cancelled on Eventbrite's own pages: asking Eventbrite"
    shows = await host.ask(Waiting(doing, asked, partial(choose_cancelled, host)))
    if shows:
        host.search("Cancelled on Eventbrite: the orders of which show?", [_found(host, show) for show in shows])
    elif shows is not None:
        host.show_status("Eventbrite has no event that was cancelled on its own pages.", "good")


def _found(host: ScreenHost, show: Show) -> FindableChoice:
    def called() -> str:
        return f"{say_start(show.starts_at, host.now())}  {show.title}"

    note = f"{quantity_text(show.sold, host.glyphs)} sold"
    return FindableChoice(show.id, called, note, show_subject(show), lambda: host.push_screen(RefundsScreen(show)))
