"""No path reaches a platform's write around a person's confirmation."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Sequence
from pathlib import Path

import brcc_tui
from tests.parsing import parsed

PACKAGE = Path(brcc_tui.__file__).parent
WRITES = {"set_capacity", "set_hidden", "set_stock", "set_booking_text"}


@functools.cache
def modules() -> Sequence[tuple[str, Sequence[ast.AST]]]:
    """Each with all that stands in it, read once for all of these tests."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if not name.startswith("sandbox/"):  # the other side of the wire
            found.append((name, tuple(ast.walk(parsed(path.read_text(encoding="utf-8"))))))
    return found


def test_only_one_module_calls_a_write() -> None:
    calls = {
        name
        for name, nodes in modules()
        for node in nodes
        if isinstance(node, ast.Attribute) and node.attr in WRITES and name != "cli/changing.py"
    }
    assert calls == {"operations/changes/write.py"}


def test_only_the_writing_module_of_the_operations_draws_permits() -> None:
    drawn = {
        name
        for name, nodes in modules()
        for node in nodes
        if isinstance(node, ast.Attribute) and node.attr in ("permit", "permit_correction")
    }
    assert drawn <= {f"operations/changes/{name}.py" for name in ("write", "verify_woocommerce", "verify_eventbrite")}


def test_the_seal_is_known_to_two_modules() -> None:
    knowing = {
        name
        for name, nodes in modules()
        for node in nodes
        if {"seal_of", "seals_of"} & {getattr(node, "id", ""), getattr(node, "attr", ""), getattr(node, "name", "")}
    }
    assert knowing == {"model/changes/permit.py", "model/changes/confirmation.py"}


def test_only_a_persons_yes_imports_the_confirmation() -> None:
    importing = {
        name
        for name, nodes in modules()
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.module == "brcc_tui.model.changes.confirmation"
    }
    assert all(name.startswith("cli/") or name == "screens/modals/confirm_plan.py" for name in importing), importing


def test_every_write_of_a_client_checks_its_permit_first() -> None:
    """In each client, the first thing a write does is to check the permit, or to hand it to what does."""
    found: dict[str, list[str]] = {}
    for name, nodes in modules():
        if name not in ("platforms/eventbrite/client.py", "platforms/woocommerce/client.py"):
            continue
        for function in nodes:
            if isinstance(function, ast.AsyncFunctionDef) and any(arg.arg == "permit" for arg in function.args.args):
                body = [node for node in function.body if not _is_docstring(node)]
                found.setdefault(function.name, []).append(ast.unparse(body[0]))
    assert found.keys() >= WRITES
    for function, firsts in found.items():
        for first in firsts:
            assert re.search(r"permit\.check\(|self\._change\(", first), f"{function} begins with {first}"


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


REQUESTS = {"change_product", "change_ticket_class"}
"""What makes the request, below the clients' own methods: only those may call it."""


def test_the_clients_have_no_other_way_to_write() -> None:
    spelling, asking = set(), set()
    for name, nodes in modules():
        for node in nodes:
            if isinstance(node, ast.Constant) and node.value in ("POST", "PUT", "PATCH"):
                spelling.add(name)
            if isinstance(node, ast.Name | ast.alias) and getattr(node, "id", getattr(node, "name", "")) in REQUESTS:
                asking.add(name)
    assert spelling == {"platforms/eventbrite/calls.py", "platforms/woocommerce/ways.py"}
    assert asking == {"platforms/eventbrite/client.py", "platforms/woocommerce/client.py"}
