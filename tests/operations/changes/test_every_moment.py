"""Something happens between two steps of a change: in every such moment, one after the other."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from brcc_tui.operations.changes import verify_eventbrite
from tests.operations.changes.fake_wire import Hook, Wire
from tests.operations.changes.nights import CLASS
from tests.operations.changes.operators import World
from tests.operations.changes.virtual_time import run


class Moments(Wire):
    """Counts the moments in which a request leaves, or its answer comes, and lets something happen in one of them."""

    def __init__(self, chosen: int, happens: Callable[[], None]) -> None:
        super().__init__()
        self.chosen, self.happens, self.passed = chosen, happens, 0

    async def travel(self, call: str, when: dict[str, list[Hook]]) -> None:
        await super().travel(call, when)
        if self.passed == self.chosen:
            self.happens()
        self.passed += 1


def closed(chosen: int, *, paid: bool) -> tuple[int, int]:
    """A class is closed beside two places in its checkout, which leave it in that moment: the seats on sale
    afterwards, and how many moments there were.
    """

    async def story() -> tuple[int, int]:
        def leave() -> None:
            event.pending = 0
            club.eventbrite.change("123", "456", quantity_sold=12 if paid else 10)

        wire = Moments(chosen, leave)
        club = World(wire=wire)
        event = club.eventbrite.add("123", {"456": (30, 10)}, pending=2)
        (change,) = (await club.us.set(ChangeRequest(CLASS, Action.CLOSE))).changes
        assert change.outcome is Outcome.SETTLED, change.reason
        now = event.classes["456"]
        return (now.capacity or 0) - (now.quantity_sold or 0), wire.passed

    return run(story())


@pytest.mark.parametrize("guarded", [False, True], ids=["step off: seats are on sale", "step on"])
@pytest.mark.parametrize("paid", [True, False], ids=["paid for", "given up"])
def test_whenever_places_leave_its_checkout_a_close_leaves_none_of_them_on_sale(
    monkeypatch: pytest.MonkeyPatch, *, paid: bool, guarded: bool
) -> None:
    if not guarded:
        monkeypatch.setattr(verify_eventbrite, "_keep_what_is_in_checkout", lambda *_: None)
    _, moments = closed(-1, paid=paid)
    # The last look asks for the checkout first: of what leaves it after that nobody hears.
    on_sale = {chosen: left for chosen in range(moments - 2) if (left := closed(chosen, paid=paid)[0])}
    assert bool(on_sale) is not guarded, on_sale
