"""What a program switched on in its terminal, and whether it has switched all of that off again.

Nothing here lists what this program uses: every mode of its output is followed by the rules of xterm and kitty.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

ON_IN_A_FRESH_TERMINAL = frozenset({"?7", "?25"})
"""Lines are wrapped and the cursor is shown; every other private mode is off before a program asks for it."""

CSI = re.compile(rb"\x1b\[([?<>=!]?)([0-9;:]*)([ $'\"]?)([@-~])")
OSC = re.compile(rb"\x1b\](\d+);?[^\x07\x1b]*(?:\x07|\x1b\\\\)")


@dataclass(slots=True)
class Modes:
    """How the terminal stands after what was written. `moved`: every private mode that was ever touched."""

    on: set[str] = field(default_factory=lambda: set(ON_IN_A_FRESH_TERMINAL))
    moved: set[str] = field(default_factory=set)
    keyboards: dict[bool, int] = field(default_factory=lambda: {False: 0, True: 0})
    titles: int = 0
    keypad: bool = False
    shape: str = ""
    style: str = ""
    margins: str = ""
    colours: set[str] = field(default_factory=set)

    def differs(self) -> Mapping[str, object]:
        """What is not as a fresh terminal has it."""
        found = {
            "modes left on": sorted(self.on - ON_IN_A_FRESH_TERMINAL),
            "modes left off": sorted(ON_IN_A_FRESH_TERMINAL - self.on),
            "kitty keyboards pushed and not popped": sum(self.keyboards.values()),
            "titles pushed and not popped": self.titles,
            "keypad": self.keypad,
            "shape of the cursor": self.shape,
            "style of letters": self.style,
            "scrolling margins": self.margins,
            "colours of the terminal itself": sorted(self.colours),
        }
        return {name: value for name, value in found.items() if value}


def modes_after(written: bytes) -> Modes:
    """Follow everything that was written."""
    modes = Modes()
    for code in OSC.finditer(written):
        _colour(modes, code[1].decode(), question=b"?" in code[0])
    modes.keypad = written.rfind(b"\x1b=") > written.rfind(b"\x1b>")
    for code in CSI.finditer(written):
        _sequence(modes, *(part.decode() for part in code.groups()))
    return modes


def _colour(modes: Modes, number: str, *, question: bool) -> None:
    if number in ("104", "110", "111", "112"):
        modes.colours.discard(number[1:].lstrip("0"))
    elif number in ("4", "10", "11", "12") and not question:
        modes.colours.add(number)


def _sequence(modes: Modes, mark: str, numbers: str, between: str, letter: str) -> None:
    default = numbers in ("", "0")
    match letter, mark, between:
        case (("h" | "l"), _, ""):
            for number in numbers.split(";"):
                modes.moved.add(f"{mark}{number}")
                (modes.on.add if letter == "h" else modes.on.discard)(f"{mark}{number}")
        case "u", _, _:
            _keyboard(modes, mark, numbers)
        case "t", _, _ if numbers.startswith(("22", "23")):
            modes.titles += 1 if numbers.startswith("22") else -1
        case "q", _, " ":
            modes.shape = "" if default else numbers
        case "m", "", _:
            modes.style = "" if default else numbers
        case "r", "", _:
            modes.margins = numbers


def _keyboard(modes: Modes, mark: str, numbers: str) -> None:
    """Kitty keeps a stack for each of the two screens; what is set in place, nothing can pop."""
    here = "?1049" in modes.on
    if mark in (">", "="):
        modes.keyboards[here] += 1
    elif mark == "<":
        modes.keyboards[here] = max(modes.keyboards[here] - int(numbers or 1), 0)


def restored(written: bytes) -> None:
    """Everything that was switched on is off again, and nothing is drawn once the program's own screen was left."""
    modes = modes_after(written)
    assert not modes.differs(), modes.differs()
    assert {"?1049", "?25", "?2004"} <= modes.moved, "this was no program that fills a screen"
    after = written[written.rfind(b"\x1b[?1049l") :]
    assert not re.search(rb"\x1b\[\d*(;\d*)?[HfJK]", after), f"drawn on the shell's own screen: {after!r}"
