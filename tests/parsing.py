"""Python's own parser, for tests that read the program."""

from __future__ import annotations

import ast
import gc


def parsed(text: str) -> ast.Module:
    """The tree of a module.

    Python 3.11 miscounts its own depth (`SystemError`) when something else runs while it makes a tree: another
    thread that parses, or what a collection of garbage ends. So nothing is collected meanwhile, and it is tried again.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        for _ in range(5):
            try:
                return ast.parse(text)
            except SystemError:
                continue
        return ast.parse(text)
    finally:
        if collects:
            gc.enable()
