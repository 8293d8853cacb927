"""The scripts for Windows, read by a parser of PowerShell; what they decide stands in Python, and is tested there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tree_sitter
import tree_sitter_powershell

from tests.system.terminal import ROOT
from tests.windows.installer import load_installer

install = load_installer()
SCRIPTS = sorted((ROOT / "assets" / "windows").glob("*.ps1"))


def test_every_step_of_the_workflow_has_its_script() -> None:
    names = {path.stem for path in SCRIPTS}
    assert names == {"python", "install", "start", "test", "shortcut", "health-job", "ssh-login"}


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


def test_every_example_runs_where_scripts_are_not_allowed_to() -> None:
    """On a new Windows the policy is Restricted; a call of its own may set it aside."""
    for path in SCRIPTS:
        examples = re.findall(r"\.EXAMPLE\n(.*)", path.read_text(encoding="ascii"))
        assert examples or path.stem == "python"
        assert all(
            line.startswith(rf"powershell -ExecutionPolicy Bypass -File assets\windows\{path.name}")
            for line in examples
        )


def nodes(script: str, kind: str) -> list[str]:
    """Every part of a script that is of this kind, as it is written."""
    found: list[str] = []

    def look(node: Any) -> None:
        if node.type == kind:
            found.append(node.text.decode())
        for child in node.children:
            look(child)

    look(_parser.parse((ROOT / "assets" / "windows" / script).read_bytes()).root_node)
    return found


def test_the_window_is_given_back_as_it_was() -> None:
    """Whatever a script puts into the environment would choose the profile of what runs in the window next."""
    for path in SCRIPTS:
        text = path.read_text(encoding="ascii")
        set_there = set(re.findall(r"\$env:(\w+) = ", text))
        restored = "".join(nodes(path.name, "finally_clause"))
        before = re.findall(r"(\w+) = \$env:\1", text) + re.findall(r"\$before = \$env:(\w+)", text)
        assert set_there == set(before), path.name
        assert not set_there or "Remove-Item" in restored, path.name


def test_the_job_runs_on_battery_and_opens_no_window() -> None:
    text = (ROOT / "assets" / "windows" / "health-job.ps1").read_text(encoding="ascii")
    options = "".join(nodes("health-job.ps1", "hash_literal_expression"))
    assert re.search(r"AllowStartIfOnBatteries\s+= \$true", options)
    assert re.search(r"DontStopIfGoingOnBatteries\s+= \$true", options)
    assert [name for name in nodes("health-job.ps1", "string_literal") if "python" in name and ".exe" in name] == [
        r"'.venv\Scripts\pythonw.exe'"
    ]
    assert "-m brcc_tui.windows.health_job" in text


def test_everybody_who_uses_the_computer_has_a_job_of_their_own() -> None:
    """The names of tasks are the computer's: another user's was refused, or took the place of the first one's."""
    text = (ROOT / "assets" / "windows" / "health-job.ps1").read_text(encoding="ascii")
    (named,) = re.findall(r"^\$task = (.*)$", text, re.MULTILINE)
    assert named == '"brcc-tui health ($env:USERNAME)"'
    assert set(re.findall(r"-TaskName (\S+)", text)) == {"$task"}


def test_a_python_is_taken_once_it_has_answered() -> None:
    """The word alone may stand for the Microsoft Store."""
    text = (ROOT / "assets" / "windows" / "python.ps1").read_text(encoding="ascii")
    (asked,) = re.findall(r"(\$\w+) = & \$name .* -c 'print\(20 \+ 3\)'", text)
    (taken,) = (part for part in nodes("python.ps1", "if_statement") if "return" in part)
    assert f"\"{asked}\".Trim() -eq '23'" in taken
    assert text.count("return") == 1


def test_the_scripts_say_the_same_as_python_where_python_is_missing() -> None:
    """Without any Python the words must stand in the script."""
    words = install.how_to_get_python()
    told = "\n".join(re.findall(r"WriteLine\('(.*)'\)", (ROOT / "assets/windows/python.ps1").read_text("ascii")))
    assert words in told
