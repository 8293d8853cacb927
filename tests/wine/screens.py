"""The screens in a console of Wine: what is typed comes as Windows' console events, and a closed window as well.

The console is Wine's own, made of a pseudo-terminal; what the program paints goes to a file, and is read by `pyte`.
"""

from __future__ import annotations

import os
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pyte

from tests.wine.kit import Kit, windows_path

WIDTH, HEIGHT = 120, 36
PATIENCE: Final = 120.0
"""Seconds until something that is not seen is given up."""

_CLOSED: Final = 2
_TOLD_TO_END: Final = 143


class Console:
    """The program in a console; temporary files of its own."""

    def __init__(self, kit: Kit, folder: Path) -> None:
        self._kit, self._painted, self._said, self.temporary = kit, folder / "out", folder / "err", folder / "temporary"
        self.temporary.mkdir()
        self._environment = {
            **kit.environment,
            **{name: windows_path(self.temporary) for name in ("TEMP", "TMP")},
            "COLUMNS": str(WIDTH), "LINES": str(HEIGHT), "TERM": "xterm-256color",
        }  # fmt: skip
        script = folder / "run.bat"
        python = windows_path(kit.folder / "python" / "python.exe")
        streams = f"<NUL >{windows_path(self._painted)} 2>{windows_path(self._said)}"
        script.write_text(f"@{python} -X utf8 -m tests.wine.in_console {streams}\r\n")
        self._keys, terminal = _terminal()
        self.process = subprocess.Popen(
            ["wine", "cmd", "/c", windows_path(script)],
            env=self._environment, umask=0o077, start_new_session=True,
            stdin=terminal, stdout=terminal, stderr=terminal,
        )  # fmt: skip
        os.close(terminal)

    def shows(self, words: str) -> bool:
        """Whether these words come to stand on the screen."""
        return self._until(lambda: words in "\n".join(self._screen()))

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._keys, keys.encode())

    def close_window(self) -> None:
        """Have Windows tell the program that its window is closed."""
        pid = int(self._said.read_text().split()[0])
        tell = f"from tests.telling import _console_event; _console_event({pid}, {_CLOSED})"
        subprocess.run(
            self._kit.command("-c", tell),
            env=self._environment, stdin=subprocess.DEVNULL, capture_output=True, check=True,
        )  # fmt: skip

    def status(self) -> int | None:
        """How it ended; None where it did not."""
        self._until(lambda: self.process.poll() is not None)
        return self.process.poll()

    def leave(self) -> None:
        """End it, whatever it does."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, 9)
        os.close(self._keys)

    def _screen(self) -> list[str]:
        screen = pyte.Screen(WIDTH, HEIGHT)
        if self._painted.exists():
            pyte.ByteStream(screen).feed(self._painted.read_bytes())
        return list(screen.display)

    def _until(self, holds: Callable[[], bool]) -> bool:
        end = time.monotonic() + PATIENCE
        while not holds() and time.monotonic() < end:
            time.sleep(0.5)
        return holds()


def _terminal() -> tuple[int, int]:
    """The two ends of a pseudo-terminal: ours, and that of whoever runs in it."""
    import fcntl
    import pty
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
    return ours, theirs


WAYS_OUT: Final[dict[str, tuple[Callable[[Console], None], int]]] = {
    "left by ctrl+q": (lambda console: console.press("\x11"), 0),
    "whose window is closed": (Console.close_window, _TOLD_TO_END),
}


def what_went_wrong(kit: Kit, way: str) -> str:
    """Open the practice club, go through it by keys, and leave it in that way; nothing where all was as it should."""
    leave, status = WAYS_OUT[way]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        console = Console(kit, Path(folder))
        try:
            if not console.shows("Next shows"):
                return "no dashboard was seen"
            console.press("2")
            console.press("?")
            if not console.shows("Help: shows"):
                return "2 and ? did not lead to what can be done among the shows"
            leave(console)
            if (ended := console.status()) != status:
                return f"it ended with {ended}, not with {status}"
            if left := [path.name for path in console.temporary.iterdir()]:
                return f"it left {', '.join(left)} in the temporary folder"
        finally:
            console.leave()
    return ""
