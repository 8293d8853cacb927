"""A show does not take place: everything of it is closed on both shops, then comes what is to be refunded."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from brcc_tui.screens.modals.modal import Modal
from brcc_tui.screens.refunds import RefundsScreen

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
        host.show_status("Not everything is closed: 6 History tells why. K goes on from there.", "warn")
        return
    own = run is not None and isinstance(host.screen, ProgressModal) and host.screen.follows(run)
    if isinstance(host.screen, Modal) and not own:  # somebody is at something else by now
        host.toast(f"{show.title} is closed. K on it lists the orders to refund.", "good")
    else:
        host.push_screen(RefundsScreen(show))
    if reviewed.left:
        names = ", ".join(refusal.listing_id for refusal in reviewed.left)
        host.call_later(host.toast, f"Still on sale, to be closed in its shop: {names}.", "bad")
