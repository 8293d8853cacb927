"""What stands on the terminal is what Textual would paint there, whatever comes together while a modal opens."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from cells import strips
from driving import settle
from pyte.screens import Char
from rich.console import Console
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.geometry import Size
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip

from brcc_tui.app import BrccApp
from brcc_tui.screens.modals.errors import Errors
from brcc_tui.screens.modals.help import Help
from brcc_tui.screens.modals.modal import Modal
from tests.system.terminals.quick_screen import QuickScreen, QuickStream

WIDE, PHONE = (120, 36), (60, 20)

_CONSOLE = Console(force_terminal=True, color_system="truecolor", width=200, height=60)

Picture = list[list[Char]]


class Terminal:
    """Takes what the application sends, and says what its screens would look like painted anew."""

    def __init__(self, app: BrccApp, pilot: Pilot[int]) -> None:
        self.app, self.pilot = app, pilot
        self.sent: list[int] = []
        """How long each piece was."""
        self.size = app.size
        self._screen = QuickScreen(*self.size)

    def take(self, update: LayoutUpdate | ChopsUpdate) -> None:
        """Draw a piece."""
        text = update.render_segments(_CONSOLE)
        self.sent.append(len(text))
        QuickStream(self._screen).feed(text.encode())

    def lose(self, size: tuple[int, int]) -> None:
        """What stood there is gone, as after somebody pulled at the window."""
        self.size = Size(*size)
        self._screen = QuickScreen(*size)
        QuickStream(self._screen).feed(b"\x1b#8")  # E in each cell

    async def shows_all(self, when: str = "") -> None:
        """Wait until nothing is due; then it has to show what is so."""
        await settle(self.pilot)
        for _ in range(300):
            if not self._due() and self._shown(self._screen) == self._anew():
                return
            await self.pilot.pause(0.01)
        stands, anew = self._shown(self._screen), self._anew()
        wrong = [
            "\n".join("".join(cell.data for cell in row) for row in (old, new))
            for old, new in zip(stands, anew, strict=True)
            if old != new
        ]
        raise AssertionError("\n".join([f"{when}: still due {self._due()}; what stands and what should:", *wrong]))

    def _due(self) -> list[Screen[object]]:
        front = self.app.screen
        in_sight = [] if front.styles.background.a == 1 else self.app._background_screens
        return [
            screen for screen in (*in_sight, front)
            if self.app._batch_count or screen._dirty_widgets or screen._compositor._dirty_regions
            or screen._layout_required or screen._scroll_required or screen._repaint_required
        ]  # fmt: skip

    def _anew(self) -> Picture:
        screen = QuickScreen(*self.size)
        lines: list[Iterable[Strip]] = [[strip] for strip in strips(self.app)]
        QuickStream(screen).feed(LayoutUpdate(lines, self.size.region).render_segments(_CONSOLE).encode())
        return self._shown(screen)

    def _shown(self, screen: QuickScreen) -> Picture:
        return [[_seen(screen.buffer[y][x]) for x in range(self.size.width)] for y in range(self.size.height)]


@functools.cache
def _seen(cell: Char) -> Char:
    """A blank has no ink. Few cells of a screen differ."""
    inked = cell.data != " " or cell.underscore or cell.reverse
    return cell if inked else cell._replace(fg="default", bold=False, italics=False)


Attached = Callable[[tuple[int, int]], AbstractAsyncContextManager[Terminal]]


@pytest.fixture
def attached(app: BrccApp, monkeypatch: pytest.MonkeyPatch) -> Attached:
    """Run the application, with toasts, at a terminal that can be looked at."""
    terminals: list[Terminal] = []
    display = App._display

    def shown(self: App[object], screen: Screen[object], update: object) -> None:
        if isinstance(update, LayoutUpdate | ChopsUpdate) and not self._batch_count:
            terminals[0].take(update)
        display(self, screen, update)  # type: ignore[arg-type]

    @asynccontextmanager
    async def run(size: tuple[int, int]) -> AsyncIterator[Terminal]:
        async with app.run_test(size=size, notifications=True) as pilot:
            terminals.append(Terminal(app, pilot))
            monkeypatch.setattr(App, "_display", shown)
            app.screen.refresh()
            await terminals[0].shows_all()
            yield terminals[0]

    return run


def behind_changes(terminal: Terminal, turn: int) -> None:
    terminal.app.board.notices = {"journal": f"the disk is full {turn}"} if turn % 2 else {}
    terminal.app.changed()


def layout_behind_changes(terminal: Terminal, turn: int) -> None:
    terminal.app.action_sidebar()


def all_widgets_change(terminal: Terminal, turn: int) -> None:
    terminal.app.theme = ("brcc-light", "brcc-dark")[turn % 2]


def toast_comes(terminal: Terminal, turn: int) -> None:
    terminal.app.toast(f"the {turn}th thing that happened", "warn")


def terminal_loses_all(terminal: Terminal, turn: int) -> None:
    terminal.lose(terminal.size)
    terminal.app.repaint()


def another_opens(terminal: Terminal, turn: int) -> None:
    terminal.app.push_screen(Errors())


def goes_again(terminal: Terminal, turn: int) -> None:
    front = terminal.app.screen
    if isinstance(front, Modal) and front.is_mounted:
        front.dismiss(None)


def another_takes_its_place(terminal: Terminal, turn: int) -> None:
    goes_again(terminal, turn)
    another_opens(terminal, turn)


def stands(terminal: Terminal) -> bool:
    return getattr(terminal.app.screen, "painted_at", 0.0) is not None


MOMENTS: dict[str, Callable[[Terminal], bool]] = {
    "before": lambda terminal: True,
    "at once": lambda terminal: True,
    "held back": lambda terminal: terminal.app._batch_count > 0,
    "painting": lambda terminal: terminal.app._batch_count == 0 and terminal.app.screen.is_mounted,
    "painted": lambda terminal: bool(terminal.sent),
    "stands": stands,
}
"""From the call that opens a modal to where it can be answered."""


async def come_to(moment: str, terminal: Terminal) -> None:
    for step in range(3000):
        if MOMENTS[moment](terminal) or stands(terminal):
            return
        await asyncio.sleep(0 if step < 1000 else 0.001)
    raise AssertionError(f"it never came to {moment!r}")


@pytest.mark.parametrize(
    ("happens", "size"),
    [
        (behind_changes, WIDE), (layout_behind_changes, WIDE), (all_widgets_change, WIDE), (toast_comes, WIDE),
        (terminal_loses_all, WIDE), (another_opens, WIDE), (goes_again, WIDE), (another_takes_its_place, WIDE),
        (behind_changes, PHONE), (another_takes_its_place, PHONE),
    ],
    ids=lambda value: value.__name__ if callable(value) else f"{value[0]}x{value[1]}",
)  # fmt: skip
async def test_the_terminal_shows_what_is_so(
    happens: Callable[[Terminal, int], None], size: tuple[int, int], attached: Attached, app: BrccApp
) -> None:
    async with attached(size) as terminal:
        for turn, moment in enumerate(MOMENTS):
            terminal.sent.clear()
            if moment == "before":
                happens(terminal, turn)
            app.push_screen(Help(app.screen) if turn % 2 else Errors())
            if moment != "before":
                await come_to(moment, terminal)
                happens(terminal, turn)
            await terminal.shows_all(moment)
            while isinstance(app.screen, Modal):
                app.screen.dismiss(None)
                await terminal.shows_all(f"{moment}, and it is gone")


@pytest.mark.parametrize("moment", ["at once", "painting"])
async def test_the_window_is_pulled_while_a_modal_opens(moment: str, attached: Attached, app: BrccApp) -> None:
    async with attached(WIDE) as terminal:
        for size in (130, 40), PHONE, WIDE:
            app.push_screen(Errors())
            await come_to(moment, terminal)
            terminal.lose(size)
            await terminal.pilot.resize_terminal(*size)
            await terminal.shows_all(f"at {size}")
            app.screen.dismiss(None)
            await terminal.shows_all(f"at {size}, and it is gone")


@pytest.mark.parametrize("key", ["question_mark", "ctrl+p", "E"])
async def test_a_modal_is_sent_once_when_it_opens(
    key: str, attached: Attached, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("brcc_tui.screens.modals.modal._SETTLING", 0.3)  # enough for a busy machine, too
    async with attached(WIDE) as terminal:
        terminal.sent.clear()
        await terminal.pilot.press(key)
        await terminal.shows_all()
        assert terminal.sent
        assert sum(terminal.sent) < 1.5 * max(terminal.sent), terminal.sent


async def test_a_modal_hears_nothing_while_pictures_are_held_back(attached: Attached, app: BrccApp) -> None:
    """As on a machine that is too busy to paint it in time."""
    async with attached(WIDE) as terminal:
        app._begin_batch()
        app.push_screen(modal := Errors())
        await terminal.pilot.pause(0.2)
        assert modal.painted_at is None
        app._end_batch()
        await terminal.shows_all()
        assert modal.painted_at is not None
