"""A Python process of its own: with the modules that this one uses, none of the folder that somebody is in."""

from __future__ import annotations

import os
import sys


def own_python(*arguments: str) -> list[str]:
    """The command. Without `-P` whatever lies in the working folder would be run in the place of Python's modules."""
    return [sys.executable, "-P", *arguments]


def own_environment() -> dict[str, str]:
    """This process's environment, with the places in which it looks for modules."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
