"""What the import contracts of `pyproject.toml` cannot say: no modules import each other in a circle."""

from __future__ import annotations

import graphlib

import grimp
import pytest


def imports(*, type_only: bool) -> dict[str, set[str]]:
    """Which modules of the program each module imports, at whatever place in it."""
    graph = grimp.build_graph("brcc_tui", exclude_type_checking_imports=not type_only, cache_dir=None)
    return {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Type-only and deferred imports count: a reader has to follow them too."""
    try:
        graphlib.TopologicalSorter(imports(type_only=True)).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_a_circle_would_be_found() -> None:
    with pytest.raises(graphlib.CycleError):
        graphlib.TopologicalSorter({"one": {"other"}, "other": {"one"}}).prepare()
