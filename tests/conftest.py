"""What all tests share: a test that could not run is a failure where everything should be there."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from hypothesis import settings

from brcc_tui import logs
from tests.mariadb.unpacked import NOT_TO_BE_HAD

IN_CI = os.environ.get("CI", "").lower() == "true"

settings.register_profile("project", deadline=None, print_blob=True)
settings.load_profile("project")


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """The option that writes the screens' pictures anew, where no plugin for snapshots has brought one of that name."""
    if not pluginmanager.hasplugin("syrupy"):
        parser.addoption("--snapshot-update", action="store_true", help="write the pictures of the screens anew")


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
        if reason.removeprefix("Skipped: ").startswith(NOT_TO_BE_HAD):
            return report  # named at the end of the run; nobody can help it
        report.outcome = "failed"
        report.longrepr = f"could not run, which is a failure where CI=true: {reason}"
    return report


@pytest.fixture(autouse=True)
def own_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """The credentials of one test are words like any other to the next."""
    monkeypatch.setattr(logs, "_secrets", logs._Secrets())


@pytest.fixture(autouse=True)
def only_requests_that_real_shops_know() -> Iterator[None]:
    """A request whose answer nobody knows of a real shop fails the test that made it, whatever it did with the answer.

    A test that makes one on purpose takes it off the list.
    """
    noted = lambda: getattr(sys.modules.get("brcc_tui.sandbox.offences"), "NOTED", [])  # noqa: E731
    noted().clear()
    yield
    assert not noted(), "the practice shops were asked for what no recording and no fact covers"


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the settings, cache or journal of whoever runs it."""
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(("BRCC_", "WOOCOMMERCE_", "WORDPRESS_", "EVENTBRITE_")) or name == "PRIVATE_TOKEN":
            monkeypatch.delenv(name)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home))


@pytest.fixture
def server_kind(request: pytest.FixtureRequest) -> Any:
    """Which database server the test runs on, a `tests.mariadb.server.Kind`; skipped where it cannot be started."""
    from tests.mariadb.fixtures import needs_server
    from tests.mariadb.server import INSTALLED

    wanted = getattr(request, "param", INSTALLED)
    needs_server(wanted)
    return wanted
