"""Search over everything that a person can go to: an action, a show, a listing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from brcc_tui.model.finding.subject import Candidate


class Findable(Protocol):
    """Something to be found: its title, a note at the right, what it answers a query, and what it does."""

    @property
    def key(self) -> str:
        """Its name for good."""

    @property
    def title(self) -> str:
        """What it is called."""

    @property
    def alike_after(self) -> int | None:
        """Where its own name begins, if another thing has the same title and only its end tells them apart."""

    @property
    def note(self) -> str:
        """What stands beside."""

    @property
    def subject(self) -> Candidate:
        """What it answers when somebody looks for it."""

    @property
    def run(self) -> Callable[[], object]:
        """Do what it does."""


@dataclass(slots=True)
class FindableChoice:
    """One of a few things to be found. `says` is what it is called by now: a night has another name tomorrow."""

    key: str
    says: Callable[[], str]
    note: str
    subject: Candidate
    run: Callable[[], object]
    alike_after: int | None = None

    @property
    def title(self) -> str:
        return self.says()
