"""What a screen may request of its surroundings. The application implements it; screens know no more of it."""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final, TypeVar

from brcc_tui.screens.support.notices import Notices
from brcc_tui.widgets.paint import Palette
from brcc_tui.widgets.top_line import News

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.worker import Worker

    from brcc_tui.model.changes.plan import Plan
    from brcc_tui.model.listing import Listing
    from brcc_tui.operations.diagnostics.health import HealthReport
    from brcc_tui.screens.state.reviewed import Reviewed
    from brcc_tui.screens.state.running_plan import RunningPlan
    from brcc_tui.screens.support.find import Findable
    from brcc_tui.store.journal_entries import Entry


_Answer = TypeVar("_Answer")

START_PRACTICE: Final = 100
"""With this status the first screen ends: start the practice club and come back with its settings."""

SETTINGS_SAVED: Final = 101
"""With this one too: it wrote settings; load them and run again."""


class ScreenHost(Notices):
    """The application as its screens see it: what is known, work beside the event loop, and the one way to a write."""

    problems: tuple[str, ...]
    """What was wrong with the settings that were found."""
    palette: Palette
    runs: list[RunningPlan]
    history_moves: int
    busy: str
    """Reading that is under way, in words; empty for none."""
    sidebar_hidden: bool

    def now(self) -> dt.datetime:
        """The present moment, by the clock on the club's wall."""
        return self.desk.now()

    @property
    @abstractmethod
    def shop_name(self) -> str:
        """The host that the top line names."""

    @abstractmethod
    def news(self) -> Sequence[News]:
        """Who does not answer, then errors, and writes that are still watched."""

    @abstractmethod
    def take_health(self, report: HealthReport) -> None:
        """Every service was just checked."""

    @abstractmethod
    def who_is_silent(self) -> str:
        """Who does not answer at this moment, in words; empty while all do."""

    @abstractmethod
    def work(
        self, job: Callable[[], Awaitable[None]], doing: str, *, group: str = "default", again: bool = True
    ) -> None:
        """Run a job in a worker. What goes wrong becomes a fault, with a retry if it may be done again."""

    @abstractmethod
    def telling(self, doing: str) -> AbstractContextManager[None]:
        """What goes wrong within becomes a fault of what was being done."""

    @abstractmethod
    async def ask(self, question: Screen[_Answer]) -> _Answer:
        """Put a question before a person and wait for the answer: in a worker alone."""

    @abstractmethod
    async def until_nothing_is_asked(self) -> None:
        """Wait until no modal stands in front: what comes by itself never comes between a question and its answer."""

    @abstractmethod
    def read_now(self, ids: Sequence[str]) -> None:
        """Read these listings' numbers now; the screens follow."""

    @abstractmethod
    def hear_other_copies(self) -> None:
        """Take over what another copy of the program has set for the venue meanwhile; the screens follow."""

    @abstractmethod
    def read_alone(self, listing_id: str) -> None:
        """Read one listing by itself: its failure is its own."""

    @abstractmethod
    def refresh_catalogue(self) -> None:
        """Read both shops from the beginning."""

    @abstractmethod
    def find(self, then: Callable[[Listing], None]) -> None:
        """Let a person find a listing."""

    @abstractmethod
    def search(self, title: str, things: Iterable[Findable], at: str = "", nothing: str = "") -> None:
        """Let a person find one of these things, and do what it does; `nothing` is said where none of them fits."""

    @abstractmethod
    def open_show(self, show_id: str, listing_id: str = "") -> None:
        """Go to a show in the programme, or to a listing of it."""

    @abstractmethod
    def open_unconfirmed(self) -> None:
        """Go to the shows that nobody has confirmed."""

    @abstractmethod
    def open_listing(self, listing: Listing) -> None:
        """Go to a listing in its show; one without a show tells about itself."""

    @abstractmethod
    def open_page(self, url: str) -> None:
        """Open an address in a browser, or show it."""

    @abstractmethod
    def explain(self, listing_or_product: str) -> None:
        """Why: how it was classified, and where each number comes from."""

    @abstractmethod
    def review(
        self, doing: str, make_plan: Callable[[], Awaitable[Plan]], then: Callable[[Reviewed], None] | None = None
    ) -> Worker[None]:
        """Make a plan from what is true now, ask a person, apply what was confirmed, and tell `then` what runs."""

    @abstractmethod
    def review_drafts(self) -> None:
        """Review all capacities that are noted as one plan."""

    @abstractmethod
    def undo(self, entry_ids: Sequence[str], entry: Entry | None = None) -> None:
        """Review a plan back to the capacities before these changes; `entry` is one of them, where that is at hand."""

    @abstractmethod
    def undo_plan(self, entry_id: str, entry: Entry | None = None) -> None:
        """The same for everything that was changed with this entry, as one plan."""

    @abstractmethod
    def recover(self) -> None:
        """Show changes that never settled, with what is true now."""
