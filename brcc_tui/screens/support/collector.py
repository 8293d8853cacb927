"""Keeps Python's garbage collector away from long-lived objects."""

from __future__ import annotations

import gc


def sweep() -> None:
    """Look through all that is not frozen: what is garbage there by now would be kept for good by the next `freeze`."""
    gc.collect()


def freeze() -> None:
    """What is there now stays for long: the collector of circles need not look through it again.

    Looking through libraries and a large catalogue, which hold none, would stop everything for 50 ms and more.
    """
    gc.collect(1)
    gc.freeze()
