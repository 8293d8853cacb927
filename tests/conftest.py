"""What all tests share: the day on which they stand, and that one which could not run is a failure under CI."""

from __future__ import annotations

import datetime as dt
import gc
import itertools
import os
import sys
from collections.abc import Callable, Generator, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from brcc_tui import logs
from brcc_tui.clock import SystemClock, use_wall
from brcc_tui.sandbox.clock import OPENS_NOW
from tests.days import OTHERS, USUAL, opens, set_day
from tests.mariadb.unpacked import NOT_TO_BE_HAD
from tests.outside import nothing_written_outside, pytest_sessionfinish, pytest_sessionstart
from tests.rows import name_row, put_in_turn
from tests.systems import HOMES, NOT_HERE, pytest_make_parametrize_id

__all__ = ["nothing_written_outside", "pytest_make_parametrize_id", "pytest_sessionfinish", "pytest_sessionstart"]

IN_CI = os.environ.get("CI", "").lower() == "true"

# What is collected is no garbage; see `pytest_collection_finish`.
gc.disable()

# httpcore asks for it at each step of a request, and pytest's own import hook would search for it each time.
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]  # how Python notes that there is none

# The shops of the tests are on this computer, and Python's own client would ask a proxy for them.
for _name in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[_name]

# What is judged is not left to luck, which would blame it on whoever comes next; by hand each run looks elsewhere.
settings.register_profile("project", deadline=None, print_blob=True, derandomize=IN_CI)
settings.load_profile("project")


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """The days; and what writes the screens' pictures anew, where no plugin for snapshots has brought an option."""
    parser.addoption("--day", default=USUAL, metavar="DAY", help="the day on which the tests stand, or today")
    parser.addoption("--other-days", action="store_true", help="tests that depend on dates: on the other days as well")
    if not pluginmanager.hasplugin("syrupy"):
        parser.addoption("--snapshot-update", action="store_true", help="write the pictures of the screens anew")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that depends on dates is one test for each day: all of them, or those that its mark names."""
    dates = metafunc.definition.get_closest_marker("dates")
    if dates and metafunc.config.getoption("--other-days"):
        days = [metafunc.config.getoption("--day"), "today", *(dates.args or OTHERS)]
        metafunc.parametrize("day", days, indirect=True, scope="session")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Name each test's row before xdist asks for it, and put the rows in turn after everybody has sorted theirs."""
    for item in items:
        if not item.get_closest_marker("xdist_group") and (row := name_row(item)):
            item.add_marker(pytest.mark.xdist_group(row))
    yield
    put_in_turn(items)


def pytest_collection_finish() -> None:
    """Thousands of collected tests are no garbage: nobody looks through them again, through the rest seldom."""
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def day(request: pytest.FixtureRequest) -> str:
    """The moment at which every practice club opens, whichever process makes it. A fixture with a club asks for it."""
    set_day(getattr(request, "param", "") or request.config.getoption("--day"))
    return opens()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI a skipped test has not shown what it is there to show."""
    report = yield
    # Hostile text in captured output must not break the reporting of parallel workers.
    report.sections = [(name, text.encode(errors="backslashreplace").decode()) for name, text in report.sections]
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        if reason.removeprefix("Skipped: ").startswith((NOT_TO_BE_HAD, NOT_HERE)):
            return report  # named at the end of the run; nobody can help it
        report.outcome = "failed"
        report.longrepr = f"could not run, which is a failure where CI=true: {reason}"
    return report


@pytest.fixture(autouse=True)
def only_requests_that_real_shops_know() -> Iterator[None]:
    """A request whose answer nobody knows of a real shop fails the test that made it, whatever it did with the answer.

    A test that makes one on purpose takes it off the list.
    """
    noted = lambda: getattr(sys.modules.get("brcc_tui.sandbox.offences"), "NOTED", [])  # noqa: E731
    noted().clear()
    yield
    assert not noted(), "the practice shops were asked for what no recording and no fact covers"


@pytest.fixture(scope="session")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Makes an empty folder. `mktemp` would read the names of all earlier ones for each."""
    homes, numbers = tmp_path_factory.mktemp("homes"), itertools.count()

    def make() -> Path:
        home = homes / str(next(numbers))
        home.mkdir(0o700)
        return home

    return make


@pytest.fixture(autouse=True)
def own_computer(
    request: pytest.FixtureRequest, new_home: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """What a test finds of a computer is its own. In one fixture, for each is a part of what every test takes."""
    # The credentials of one test are words like any other to the next.
    monkeypatch.setattr(logs, "_secrets", logs._Secrets())
    _give_home(new_home(), monkeypatch)
    if not request.node.get_closest_marker("real_clock"):
        _take_real_day(monkeypatch)
    yield
    use_wall(None)  # the clock on the wall of one test's club is not that of the next


def _give_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the settings, cache or journal of whoever runs it."""
    for name in list(os.environ):
        shop = name.startswith(("BRCC_", "WOOCOMMERCE_", "WORDPRESS_", "EVENTBRITE_")) or name == "PRIVATE_TOKEN"
        if shop and name != OPENS_NOW:
            monkeypatch.delenv(name)
    for name in HOMES:
        monkeypatch.setenv(name, str(home))


def _take_real_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program under test that asks what day it is in earnest would pass on some days and fail on others."""

    def now(clock: SystemClock) -> dt.datetime:
        assert clock.ahead, "this test asks the computer what day it is: give its club a clock"
        return moved(clock)

    moved = SystemClock.now
    monkeypatch.setattr(SystemClock, "now", now)


@pytest.fixture
def server_kind(request: pytest.FixtureRequest) -> Any:
    """Which database server the test runs on, a `tests.mariadb.server.Kind`; skipped where it cannot be started."""
    from tests.mariadb.fixtures import needs_server
    from tests.mariadb.server import INSTALLED

    wanted = getattr(request, "param", INSTALLED)
    needs_server(wanted)
    return wanted
