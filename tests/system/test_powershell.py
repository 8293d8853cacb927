"""The scripts for Windows are read by a parser of PowerShell; no Windows machine was at hand to run them on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tree_sitter
import tree_sitter_powershell

from tests.system.terminal import ROOT

SCRIPTS = sorted((ROOT / "assets" / "windows").glob("*.ps1"))


def test_every_step_of_the_workflow_has_its_script() -> None:
    names = {path.stem for path in SCRIPTS}
    assert names == {"install", "start", "test", "shortcut", "health-job", "ssh-login"}


def _broken(node: Any) -> Iterator[Any]:
    if node.is_error or node.is_missing:
        yield node
    for child in node.children:
        yield from _broken(child)


_parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_parses(script: Path) -> None:
    broken = _broken(_parser.parse(script.read_bytes()).root_node)
    assert [(node.start_point, node.text) for node in broken] == []


def test_the_parser_would_notice() -> None:
    assert list(_broken(_parser.parse(b"if ($x) { Write-Output 'a'").root_node))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_stops_at_errors_and_holds_no_path_of_one_computer(script: Path) -> None:
    text = script.read_bytes().decode("ascii")  # Windows PowerShell 5 reads files without a mark as one country's
    assert "$ErrorActionPreference = 'Stop'" in text
    assert "Set-StrictMode" in text
    assert not re.search(r"[A-Z]:\\", text)
    assert ".SYNOPSIS" in text
    for word in ("PRIVATE_TOKEN", "CONSUMER_SECRET", "PASSWORD"):
        assert word not in text, "no secret stands in a command line"
