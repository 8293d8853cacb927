"""What the import contracts of `pyproject.toml` cannot say.

No modules import each other in a circle, none is too long to read in one sitting, no two classes, functions or
constants share a name, and private names of libraries stand where they are looked after.
"""

from __future__ import annotations

import ast
import graphlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import grimp
import pytest

from tests.parsing import parsed


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


ROOT = Path(__file__).parents[1]
LONGEST = 400
"""Lines of a file, tests included, that can be read in one sitting."""


def test_no_file_is_too_long() -> None:
    files = [path for top in ("brcc_tui", "tests", "assets") for path in (ROOT / top).rglob("*.py")]
    lengths = {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert len(lengths) > 700
    assert {str(path): lines for path, lines in lengths.items() if lines > LONGEST} == {}


REACHES_IN = {
    "brcc_tui/screens/support/textual_internals.py",  # Textual
    "brcc_tui/platforms/wordpress/wire.py",  # aiomysql and PyMySQL
    "brcc_tui/sandbox/wordpress/mysql_session.py",  # mysql-mimic: `SET STATEMENT` puts its variables back
}
PRIVATE_BY_NAME_ALONE = {"_replace", "_exit", "_SubParsersAction"}
"""Names that are documented (named tuples, `os`), and argparse's, in an annotation."""


def own_names(tree: ast.Module) -> set[str]:
    """Names that a module gives to things of its own: functions, classes, fields, and what is set on `self`."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name):
            found.add(node.attr)
    return found


def foreign_names(tree: ast.Module, own: set[str]) -> Iterator[str]:
    """Private names that a module takes from libraries."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__"):
            if node.attr not in own | PRIVATE_BY_NAME_ALONE:
                yield node.attr
        elif isinstance(node, ast.ImportFrom) and node.module and not node.module.startswith("brcc_tui"):
            names = (*node.module.split("."), *(alias.name for alias in node.names))
            yield from (name for name in names if name.startswith("_") and not name.startswith("__"))


@pytest.fixture(scope="module")
def trees() -> Mapping[str, ast.Module]:
    """Every module of the program, by its path."""
    files = (ROOT / "brcc_tui").rglob("*.py")
    return {path.relative_to(ROOT).as_posix(): parsed(path.read_text(encoding="utf-8")) for path in files}


def test_private_names_of_libraries_stand_in_modules_of_their_own(trees: Mapping[str, ast.Module]) -> None:
    own = set().union(*map(own_names, trees.values()))
    found = {path: names for path, tree in trees.items() if (names := set(foreign_names(tree, own)))}
    assert {path: names for path, names in found.items() if path not in REACHES_IN} == {}


NAMES_OF_ONE_KIND = {"SCREEN", "T", "main"}
"""What each screen's module calls its screen, type variables, and what a program of its own begins with."""


def public_names(tree: ast.Module) -> Iterator[str]:
    """Classes, functions and constants of a module that are no secret of its own."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            names = [node.name]
        else:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            names = [getattr(target, "id", "_") for target in targets]
        yield from (name for name in names if not name.startswith("_"))


def test_no_public_class_function_or_constant_has_the_name_of_another(trees: Mapping[str, ast.Module]) -> None:
    where: dict[str, list[str]] = defaultdict(list)
    for path, tree in trees.items():
        for name in set(public_names(tree)) - NAMES_OF_ONE_KIND:
            where[name].append(path)
    assert len(where) > 1800
    assert {name: paths for name, paths in where.items() if len(paths) > 1} == {}


def test_a_private_name_would_be_found() -> None:
    tree = ast.parse("from library import _inner\nclass A(B):\n  def f(self): return self._theirs + self._mine\n")
    assert set(foreign_names(tree, {"_mine"})) == {"_inner", "_theirs"}


def handlers_called(tree: ast.Module) -> Iterator[str]:
    """Handlers of Textual's messages that a module calls on its base class."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Call):
            called = node.value.func
            if isinstance(called, ast.Name) and called.id == "super" and node.attr.startswith(("on_", "_on_")):
                yield node.attr


NO_HANDLERS = {"on_event", "_on_timer_update"}
"""Named like handlers, but called by name."""


def test_no_handler_calls_that_of_its_base_class(trees: Mapping[str, ast.Module]) -> None:
    """Textual calls the handlers of all classes of a widget: called by another one, each would be called twice."""
    found = {path: names for path, tree in trees.items() if (names := {*handlers_called(tree)} - NO_HANDLERS)}
    assert found == {}
    assert set().union(*map(handlers_called, trees.values())) == NO_HANDLERS
