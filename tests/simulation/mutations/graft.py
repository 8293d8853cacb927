"""Puts a defect into a module that is loaded: what others have imported from it changes with it."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Mapping
from types import FunctionType, ModuleType
from typing import Any

from tests.simulation.mutations import Mutant

_VALUES = (int, float, str, tuple, frozenset, dict, dt.timedelta)
"""What a module's own constants are."""


def put_in(mutant: Mutant) -> None:
    """Every function, method and value of the mutant's module becomes as its source has it with the defect."""
    module = sys.modules[mutant.module]
    made: dict[str, Any] = {"__name__": module.__name__, "__file__": module.__file__, "__package__": module.__package__}
    exec(compile(mutant.applied(), str(module.__file__), "exec", dont_inherit=True), made)
    _graft(vars(module), made, module)


def _graft(old: Mapping[str, Any], new: Mapping[str, Any], module: ModuleType) -> None:
    for name, made in new.items():
        there = old.get(name)
        if isinstance(made, type) and made.__module__ == module.__name__ and isinstance(there, type):
            _graft(vars(there), vars(made), module)
            continue
        pair = _function(there), _function(made)
        if pair[0] is not None and pair[1] is not None:
            if pair[1].__module__ == module.__name__:
                _replace(pair[0], pair[1])
        elif (
            isinstance(made, (int, float, str, tuple, frozenset, dict, dt.timedelta))
            and not name.startswith("__")
            and made != there
        ):
            for each in [m for name, m in sys.modules.items() if name.startswith("brcc_tui.")]:
                if vars(each).get(name) is there:
                    setattr(each, name, made)


def _function(value: object) -> FunctionType | None:
    """The function behind a method, a property or a decorator."""
    found = getattr(value, "__func__", None) or getattr(value, "fget", None) or value
    found = getattr(found, "__wrapped__", found)
    return found if isinstance(found, FunctionType) else None


def _replace(old: FunctionType, new: FunctionType) -> None:
    if len(old.__code__.co_freevars) == len(new.__code__.co_freevars):
        old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__
