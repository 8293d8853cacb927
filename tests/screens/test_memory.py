"""What was freed is handed back to the system where the C library can, and nothing fails where it cannot."""

from __future__ import annotations

import ctypes
from types import SimpleNamespace
from typing import Any

import pytest

from brcc_tui.screens.support import collector


@pytest.mark.parametrize(
    ("system", "library", "trimmed"),
    [("linux", "glibc", [0]), ("linux", "musl", []), ("darwin", "glibc", []), ("win32", "glibc", [])],
)
def test_memory_is_given_back(monkeypatch: pytest.MonkeyPatch, system: str, library: str, trimmed: list[int]) -> None:
    asked: list[int] = []
    glibc: Any = SimpleNamespace(malloc_trim=asked.append) if library == "glibc" else SimpleNamespace()
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: glibc)
    monkeypatch.setattr(collector.sys, "platform", system)
    collector.give_memory_back()
    assert asked == trimmed
