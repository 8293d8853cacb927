"""Documentation and code say the same: every setting, command, option, flag, refusal and check, and none is gone."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from textual.binding import Binding

import brcc_tui
from brcc_tui.cli import _COMMANDS
from brcc_tui.cli.arguments import make_parser
from brcc_tui.model.changes.plan import Outcome, RefusalCode
from brcc_tui.model.listing import Flag
from brcc_tui.model.offer import OfferRule, Status
from brcc_tui.model.shows.show import ShowFlag
from brcc_tui.operations.diagnostics.health import CHECKS
from brcc_tui.sandbox.habits import HABIT_WORDS, Habit
from brcc_tui.settings_table import settings_markdown
from tests.cli import contract
from tests.system.terminal import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "assets/docs").glob("*.md")}
DOCUMENTS = "\n".join([README, *PAGES.values()])
CODE = {path: path.read_text(encoding="utf-8") for path in (ROOT / "brcc_tui").rglob("*.py")}


def test_settings() -> None:
    shown = PAGES["settings"].partition("<!-- settings:begin -->\n")[2].partition("<!-- settings:end -->")[0]
    assert shown == settings_markdown(), "put settings_table.settings_markdown() between the markers"


def test_variables_that_are_no_settings() -> None:
    read = {name for text in CODE.values() for name in re.findall(r"\bBRCC_[A-Z_]+\b", text)}
    assert [name for name in sorted(read) if f"`{name}" not in DOCUMENTS] == []


def named_in(header: str) -> list[str]:
    """The code words in the first column of the table that begins with this header."""
    table = DOCUMENTS.partition(f"| {header} |")[2].partition("\n\n")[0]
    assert table, header
    return [name for row in table.splitlines()[2:] for name in re.findall(r"`([^`]+)`", row.split("|")[1])]


TABLES: dict[str, tuple[str, list[str]]] = {
    "flags": ("flag", [str(flag) for flag in Flag]),
    "flags of a show": ("flag of a show", [str(flag) for flag in ShowFlag]),
    "refusal codes": ("code", [str(code) for code in RefusalCode]),
    "checks": ("check", list(CHECKS)),
    "statuses": ("status of a listing", [str(status) for status in Status]),
    "rules": ("rule of an offer", [str(rule) for rule in OfferRule]),
    "outcomes": ("outcome", [str(outcome) for outcome in Outcome]),
    "habits": ("`--with`", [str(habit) for habit in Habit]),
}


@pytest.mark.parametrize(("header", "words"), TABLES.values(), ids=list(TABLES))
def test_every_word_has_its_row_and_every_row_its_word(header: str, words: list[str]) -> None:
    assert sorted(named_in(header)) == sorted(words)


@pytest.mark.parametrize("header", ["flag", "flag of a show", "code"])
def test_every_row_tells_a_way_out(header: str) -> None:
    table = DOCUMENTS.partition(f"| {header} |")[2].partition("\n\n")[0]
    assert all(cell.strip() for row in table.splitlines()[2:] for cell in row.split("|")[1:4])


def test_the_habits_of_the_practice_club_in_the_words_of_the_program() -> None:
    rows = [f"| `{habit}` | {words} |" for habit, words in HABIT_WORDS.items()]
    assert [row for row in rows if row not in PAGES["commands"].splitlines()] == []


def _commands_told() -> str:
    return PAGES["commands"].partition("### Flags")[0]


def test_commands() -> None:
    told = set(re.findall(r"`brcc-tui ([a-z]+)", _commands_told())) | {"reopen", "undo", "recover"}
    assert told == {name for name in _COMMANDS if name}
    for name in told:
        assert re.search(rf"`(brcc-tui )?{name}\b", _commands_told()), name


def _options() -> Iterator[str]:
    """Every option of every command that is not hidden."""
    _, commands = make_parser()
    for command in commands.choices.values():
        for action in command._actions:
            if action.help != argparse.SUPPRESS:
                yield from (option for option in action.option_strings if option.startswith("--"))


def _keys_of(shape: object) -> set[str]:
    """Every key in a shape of `tests.cli.contract`, but those of objects that name many things (checks, counts)."""
    if isinstance(shape, list | tuple):
        return {key for one in shape for key in _keys_of(one)}
    if not isinstance(shape, dict) or (len(shape) > 1 and len(set(map(id, shape.values()))) == 1):
        return set()
    return {key for key in shape if isinstance(key, str)} | _keys_of([*shape.values()])


def test_every_key_of_the_json() -> None:
    section = PAGES["commands"].partition("### JSON of listings")[2].partition("### JSON about money")[0]
    shapes = [contract.LISTINGS, contract.SHOWS, contract.EXPORT, contract.PLAN, contract.RESULT, contract.HISTORY,
              contract.RECOVER, contract.EXPLAIN, contract.REFRESH, contract.HEALTH, contract.CHECK]  # fmt: skip
    assert len(_keys_of(shapes)) > 70
    assert [key for key in sorted(_keys_of(shapes)) if f'"{key}"' not in section] == []


def test_options() -> None:
    real = set(_options()) - {"--help"}
    told = set(re.findall(r"(--[a-z][a-z-]+)", _commands_told()))
    assert real - told == set()
    assert told - real == set()


def test_files_that_are_named_are_there() -> None:
    named = {name.replace("\\", "/") for name in re.findall(r"\bassets[\\/][\w./\\-]+\w", DOCUMENTS)}
    assert len(named) > 6
    assert [name for name in named if not (ROOT / name).exists() and not name.startswith("assets/screens")] == []


NAME = r"`(?!\w+\.py`)[\w.]+`"


def test_what_is_said_to_stand_in_a_module_stands_there() -> None:
    """`module.py`: `name`, `another`; and modules alone."""
    modules = {f"/{path.relative_to(ROOT).as_posix()}": text for path, text in CODE.items()}
    modules |= {f"/{path.relative_to(ROOT).as_posix()}": "" for path in ROOT.glob("[at]*/**/*.py")}
    told = re.findall(rf"`([\w./]+\.py)`(?:: ({NAME}(?:, {NAME})*))?", DOCUMENTS)
    assert len(told) > 100
    for file, names in told:
        texts = [text for path, text in modules.items() if path.endswith(f"/{file}")]
        assert texts, f"{file} is not there"
        for name in re.findall(r"(\w+)`", names):
            pattern = rf"(def|class) {name}\b|^ *{name}\b[^=\n]* = "
            assert any(re.search(pattern, text, re.M) for text in texts), f"{file} has no {name}"


def test_every_direct_dependency_is_pinned_within_its_range() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    lines = [line for line in (ROOT / "assets/constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == [], (
        "exact versions and nothing else"
    )
    pins = {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines)}
    requirements = [Requirement(one) for one in wanted if not one.startswith("brcc-tui")]
    assert len(requirements) > 20
    loose = [str(one) for one in requirements if pins.get(canonicalize_name(one.name), "") not in one.specifier]
    assert loose == []


def test_what_the_program_imports_is_a_dependency_of_its_own() -> None:
    """What another package brings along may come in another version, or not at all, once that one has a newer."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["practice"]]
    declared = {canonicalize_name(Requirement(one).name) for one in wanted}
    there = packages_distributions()
    named = {name for text in CODE.values() for name in re.findall(r"^ *(?:from|import) (\w+)", text, re.M)}
    imported = {name: {canonicalize_name(one) for one in there[name]} for name in (named & there.keys()) - {"brcc_tui"}}
    assert len(imported) > 10
    assert [name for name, those in sorted(imported.items()) if those.isdisjoint(declared)] == []


def _keys_of_the_program() -> set[str]:
    """Every key that some screen, modal or list has, as people write it."""
    keys: set[str] = set()
    for module in pkgutil.walk_packages(brcc_tui.__path__, "brcc_tui."):
        if module.name.startswith(("brcc_tui.screens", "brcc_tui.widgets", "brcc_tui.app")):
            for found in vars(importlib.import_module(module.name)).values():
                bindings = vars(found).get("BINDINGS", ()) if isinstance(found, type) else ()
                keys |= {key.strip() for one in bindings if isinstance(one, Binding) for key in one.key.split(",")}
    return {KEY_TO_CHARACTER.get(key, key) for key in keys}


KEY_TO_CHARACTER = {"at": "@", "question_mark": "?", "slash": "/", "equals_sign": "=", "plus": "+", "minus": "-",
                    "left_square_bracket": "[", "right_square_bracket": "]"}  # fmt: skip


def test_keys() -> None:
    section = (
        PAGES["keys"].partition("## Finding")[0]
        + README.partition("## Common tasks")[2].partition("## Further reading")[0]
    )
    told = {key for key in re.findall(r"`([^`\n]+)`", section) if len(key) == 1 or key in ("space", "ctrl+p", "f12")}
    assert len(told) > 20
    assert told - _keys_of_the_program() == {"≈"}, "a sign, and no key"


def test_a_reader_is_not_sent_astray() -> None:
    """The README is short, and every page that is linked is there."""
    assert len(README.splitlines()) <= 200
    for folder, text in ((ROOT, README), *((ROOT / "assets/docs", text) for text in PAGES.values())):
        links = [link for link in re.findall(r"\]\(([^)#:]+)\)", text) if not link.startswith("http")]
        assert [link for link in links if not (folder / link).exists()] == []
    assert set(PAGES) == {Path(link).stem for link in re.findall(r"\]\(assets/docs/([^)]+)\)", README)}


def test_the_commonest_errands_take_the_keys_that_were_walked() -> None:
    walked = dict(
        re.findall(r"^\| ([^|]+?) \| ([^|]+) \|", PAGES["keys"].partition("in a terminal of each size")[2], re.M)
    )
    told = re.findall(r"^\| ([^|]+?) \| ([^|]+) \| `brcc-tui", README, re.M)
    both = {errand: keys for errand, keys in told if errand.replace(",", "") in walked}
    assert len(both) > 8
    for errand, keys in both.items():
        letters = {key for key in walked[errand.replace(",", "")].split() if len(key) == 1 and key not in "-0123456789"}
        assert letters <= set(re.findall(r"`(.)`", keys)), errand
