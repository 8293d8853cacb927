"""Every screen and modal in its states, and how one gets there: what test_pictures.py makes pictures of."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from driving import make_app, press, settle
from fake_club import left_over
from fake_desk import FakeDesk
from textual.pilot import Pilot

from brcc_tui.app import BrccApp
from brcc_tui.model.app_error import AppError
from brcc_tui.model.listing import Listing
from brcc_tui.operations.diagnostics.check import Check, Condition
from brcc_tui.screens.state.board import Board

KEYS = {
    "dashboard": "",
    "sidebar hidden": "b",
    "shows": "2 enter down plus",
    "shows not confirmed": "2 v v v y",
    "shows month": "2 M M",
    "compare": "space 3 plus right minus",
    "compare many": "space down space down space 3",
    "compare nothing": "3",
    "eventbrite": "4 e down plus",
    "woocommerce": "5 e",
    "woocommerce found": "5 slash v i p",
    "history": "6",
    "health": "7",
    "confirm": "space 3 plus right minus w",
    "confirm danger": "x",
    "confirm wrong number": "x 3 enter",
    "confirm refused": "2 end up up up space 3 =",
    "progress": "space 3 plus right minus w y",
    "sync": "s plus",
    "room": "2 N",
    "number": "2 enter down equals_sign",
    "number wrong": "2 enter down equals_sign x enter",
    "why": "2 enter down i",
    "pace": "2 P",
    "change in full": "6 enter",
    "palette": "ctrl+p",
    "find": "slash",
    "search": "ctrl+p f r i space 8",
    "search nothing": "ctrl+p x y z",
    "help": "2 question_mark",
    "choose": "2 enter down t",
    "copy": "2 C",
    "bare text": "2 C s",
    "no errors": "E",
}
"""The keys that lead from the dashboard to each picture."""


@dataclass(frozen=True)
class Scene:
    """Keys over a desk. `then` changes something before the keys; `held` is the desk's gate closed for the last key."""

    keys: str = ""
    desk: Callable[[], FakeDesk] = FakeDesk
    then: Callable[[BrccApp], None] | None = None
    held: str = ""
    problems: tuple[str, ...] = ()
    fails: bool = False


def _crashed() -> FakeDesk:
    desk = FakeDesk()
    desk.left_over = [left_over()]
    return desk


class _NeverRead(FakeDesk):
    """Nobody has asked the shops yet: what they have is not known, and not nothing."""

    def __init__(self) -> None:
        super().__init__([])
        self.failed = ()

    def load(self, board: Board, known: Mapping[str, Listing]) -> None:
        super().load(board, known)
        board.read_at = None


def _full_disk() -> FakeDesk:
    desk = FakeDesk()
    desk.apply_error = AppError("the journal cannot be written", next_step="free some disk")
    return desk


def _production() -> FakeDesk:
    return FakeDesk(practice=False)


class _Staging(FakeDesk):
    profile = "staging"


class _NoSettings(FakeDesk):
    needs_settings = True
    shop_name = "no settings yet"

    async def try_settings(self, values: dict[str, str], name: str) -> Check:
        return Check(Condition.DOWN, "the token was refused", 120.0)


def _fault(app: BrccApp) -> None:
    app_error = AppError(
        "no answer", subject="Eventbrite", still_works="the shop is shown as before", next_step="try again"
    )
    app.fault("reading 2 listings", app_error, retry=lambda: None)


_MISSING = ("PRIVATE_TOKEN is not set: Eventbrite, the organization's private token",)

SCENES = {name: Scene(keys) for name, keys in KEYS.items()} | {
    "asking": Scene(held="gate"),
    "waiting": Scene("space 3 plus w", held="gate"),
    "progress under way": Scene("space 3 plus right minus w y", held="apply_gate"),
    "progress failed": Scene("space 3 plus right minus w y", _full_disk, fails=True),
    "recovery": Scene(desk=_crashed),
    "fault": Scene(then=_fault, fails=True),
    "errors": Scene("E", then=_fault, fails=True),
    "production": Scene(desk=_production),
    "staging": Scene(desk=_Staging),
    "empty club": Scene(desk=_NeverRead),
    "first run": Scene(desk=_NoSettings, problems=_MISSING),
    "first run tested": Scene("down x f2", _NoSettings, problems=_MISSING),
}
"""All of them, by the names of their pictures."""


@asynccontextmanager
async def played(name: str, size: tuple[int, int]) -> AsyncIterator[Pilot[int]]:
    """The application once it has come to that picture."""
    scene = SCENES[name]
    desk = scene.desk()
    *keys, last = scene.keys.split() or [""]
    gate = getattr(desk, scene.held) if scene.held else None
    if gate and not last:
        gate.clear()
    app = make_app(desk, scene.problems)
    async with app.run_test(size=size) as pilot:
        await settle(pilot, held=bool(gate and not last))
        if scene.then:
            scene.then(app)
            await settle(pilot)
        await press(pilot, *keys)
        if gate:
            gate.clear()
        if last:
            await press(pilot, last, held=bool(gate))
        assert scene.fails == bool(app.board.faults), f"a picture of what failed, or did not: {app.board.faults}"
        yield pilot
        if gate:
            gate.set()
