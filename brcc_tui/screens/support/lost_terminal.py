"""A terminal that may be lost while a change is under way: what is painted then goes nowhere, and nothing waits for it.

Textual writes to the terminal in a thread of its own. Where the terminal is gone (a connection that broke), that
thread dies of the first write, nobody empties its queue of 30 pictures any more, and the 31st stops the event loop
for good, with the change half done. So the thread is given a file that takes everything and forgets it.
"""

from __future__ import annotations

from typing import IO, Any

from textual.driver import Driver


class LostOrNot:
    """A terminal's output that outlives the terminal: after the first write that fails, it says nothing."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._lost = False

    def write(self, text: str) -> int:
        """Write, or forget."""
        if not self._lost:
            try:
                return self._file.write(text)
            except OSError:
                self._lost = True
        return len(text)

    def flush(self) -> None:
        """Send what was written, or forget it."""
        if not self._lost:
            try:
                self._file.flush()
            except OSError:
                self._lost = True

    def __getattr__(self, name: str) -> Any:
        """Everything else is the terminal's own."""
        return getattr(self._file, name)


def lasting(driver: type[Driver]) -> type[Driver]:
    """That driver, with an output that outlives its terminal; one that has no file of its own stays as it is."""

    class Lasting(driver):  # type: ignore[valid-type, misc]
        """The driver whose terminal may vanish."""

        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            if (file := vars(self).get("_file")) is not None:
                self._file = LostOrNot(file)

    return Lasting
