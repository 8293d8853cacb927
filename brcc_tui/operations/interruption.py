"""Being told to end while something is being written: by a signal, or a terminal that went away."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from brcc_tui.windows.console_events import told_to_end

_SIGNALS = ("SIGTERM", "SIGHUP", "SIGINT")
"""Those that this computer has. A phone that loses its connection sends SIGHUP; Windows tells in its own way."""


@contextmanager
def until_told_to_stop() -> Iterator[Callable[[], bool]]:
    """Take these signals as a wish to stop, for as long as the block runs; gives the question whether one came.

    The main thread only. Afterwards the signals mean what they meant before.
    """
    must_stop = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal must_stop
        must_stop = True

    present = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    before = {number: signal.signal(number, stop) for number in present}
    try:
        with told_to_end(lambda: stop(0, None)):
            yield lambda: must_stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
