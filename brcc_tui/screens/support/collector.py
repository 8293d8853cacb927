"""The collector of circles, kept from what stays; and what was freed, handed back."""

from __future__ import annotations

import gc
import sys


def freeze() -> None:
    """What is there now stays for long: the collector of circles need not look through it again.

    Looking through libraries and a large catalogue, which hold none, would stop everything for 50 ms and more.
    """
    gc.collect(1)
    gc.freeze()


def give_memory_back() -> None:
    """Hand what was freed back to the system, where the C library can: glibc keeps it for the next time."""
    if sys.platform != "linux":
        return
    import ctypes  # which nothing else loads

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
