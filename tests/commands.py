"""Commands run against a practice club, as a script would run them: what folders of tests take their fixtures from."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from brcc_tui.cli import main
from brcc_tui.sandbox.serve import PracticeOptions
from tests.needs import a_cell
from tests.practice import SHORT, practice_served


@dataclass
class Ran:
    """What a command left behind: exit status, standard output and standard error."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The document on standard output."""
        return json.loads(self.out)


Run = Callable[..., Ran]
Control = Callable[..., None]
FilledIn = Callable[[Sequence[str]], list[str]]


def assert_no_offences(values: Mapping[str, str]) -> None:
    """Nothing was asked of this practice club whose answer nobody knows of a real shop."""
    request = urllib.request.Request(
        f"{values['BRCC_PRACTICE_URL']}/offences", headers={"X-Practice-Token": values["BRCC_PRACTICE_TOKEN"]}
    )
    with urllib.request.urlopen(request) as answer:
        assert json.load(answer) == {"offences": []}


@pytest.fixture(scope="module")
def practice(day: str) -> Iterator[Mapping[str, str]]:
    """The settings of a practice club that runs."""
    with practice_served(PracticeOptions(seed=5, **SHORT)) as values:
        yield values


@pytest.fixture(scope="module")
def practice_of_today() -> Iterator[Mapping[str, str]]:
    """One whose clock is the computer's, for who types in what a shop's owner knows: no clock is among it."""
    with practice_served(PracticeOptions(seed=5, now="now", **SHORT)) as values:
        yield values


@pytest.fixture(scope="module")
def data_dir(day: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the commands of one module keep catalogue, journal and log."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def run(
    practice: Mapping[str, str],
    data_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Run a command of the program in this process, with the practice club's settings in the environment."""
    monkeypatch.chdir(tmp_path)
    for name, value in {**practice, "BRCC_DATA_DIR": str(data_dir), "BRCC_SETTLE": "0.05,0.1"}.items():
        monkeypatch.setenv(name, value)

    def command(*arguments: str) -> Ran:
        try:
            status = main(list(arguments))
        except SystemExit as ended:  # wrong usage
            status = ended.code if isinstance(ended.code, int) else 1
        printed = capsys.readouterr()
        return Ran(status, printed.out, printed.err)

    if not any(data_dir.glob("*/catalogue.sqlite")):
        assert command("refresh").status == 0
    return command


@pytest.fixture
def cell(run: Run) -> str:
    """A booking cell with nothing odd about it, on sale, some weeks ahead, with seats sold, and not changed yet."""
    touched = {entry["listing"] for entry in run("history", "--json").json["entries"]}
    found = run("listings", "--platform", "woocommerce", "--json").json["listings"]
    return str(a_cell(found, with_sold=1, on_offer=4, changed=touched)["id"])


@pytest.fixture
def control(practice: Mapping[str, str]) -> Control:
    """Sends a wish to the practice club's own endpoint."""

    def send(method: str, path: str, /, **body: Any) -> None:
        request = urllib.request.Request(
            f"{practice['BRCC_PRACTICE_URL']}/{path}",
            method=method,
            data=json.dumps(body).encode() if body else None,
            headers={"X-Practice-Token": practice["BRCC_PRACTICE_TOKEN"]},
        )
        urllib.request.urlopen(request).close()

    return send


@pytest.fixture
def fault(control: Control) -> Iterator[Callable[..., None]]:
    """Switches a fault of the practice club on; all are off again afterwards."""
    yield lambda kind, **fields: control("POST", "faults", kind=kind, **fields)
    control("DELETE", "faults")
