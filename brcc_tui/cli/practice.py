"""Runs the practice club: its servers alone, or with the screens on it.

The screens do not know that it is practice: their settings point at a child process. The
user's own environment and files do not affect these settings.
"""

from __future__ import annotations

import io
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Final

from brcc_tui.cli.console import ProgressLine, need_terminal, print_message
from brcc_tui.logs import stop_logging
from brcc_tui.model.app_error import AppError
from brcc_tui.own_python import own_environment, own_python
from brcc_tui.settings import Settings
from brcc_tui.settings_checks import settings_from
from brcc_tui.windows import ON_WINDOWS
from brcc_tui.windows.api import CREATE_NO_WINDOW

if TYPE_CHECKING:
    import argparse

_GOODBYE_SECONDS: Final = 10
_INSTALL: Final = (
    r"powershell -ExecutionPolicy Bypass -File assets\windows\install.ps1"
    if ON_WINDOWS
    else 'pip install "brcc-tui[practice]"'
)


class NoPracticeClub(AppError):
    """The practice club did not start."""


def demo_command(chosen: argparse.Namespace) -> int:
    """Serve the practice club, or start it and run the screens on it."""
    if not chosen.serve:
        need_terminal()
        names = ("buyers", "latency", "sql_latency", "seed", "scale", "past", "ahead", *(["now"] if chosen.now else []))
        habits = [f"--with={name}" for name in chosen.habits]
        return run_practice([*(f"--{name.replace('_', '-')}={getattr(chosen, name)}" for name in names), *habits])
    try:
        _serve(chosen)
    except (
        ImportError
    ) as error:  # one of its own packages, or of theirs; or a part of one that this computer cannot load
        package = (error.name or "").partition(".")[0]
        if package == "brcc_tui":
            raise
        missing = isinstance(error, ModuleNotFoundError)
        raise NoPracticeClub(
            f"{package} is not installed" if missing else f"{package or 'a package'} cannot be used: {error}",
            still_works="everything else works",
            next_step=f"install the practice club: {_INSTALL}",
        ) from error
    return 0


def _serve(chosen: argparse.Namespace) -> None:
    from brcc_tui.sandbox.serve import PracticeOptions, serve_forever

    options = PracticeOptions(chosen.buyers, chosen.latency, chosen.seed, chosen.scale, past_weeks=chosen.past)
    options = replace(
        options, ahead_weeks=chosen.ahead, habits=tuple(chosen.habits), statement_latency=chosen.sql_latency
    )
    if chosen.now:
        options = replace(options, now=chosen.now)
    serve_forever(options, until_eof=chosen.until_eof)


def run_practice(options: Sequence[str] | Iterator[str]) -> int:
    """Start a practice club as a child process, read its catalogue, and run the screens on it."""
    from brcc_tui.app import run_app

    print_message("Starting the practice club ...")
    with practice_club(options) as values:
        settings = settings_from(values)
        try:
            _refresh(settings)
            return run_app(settings, [])
        finally:
            stop_logging()  # or the practice club could not delete its folder on Windows


@contextmanager
def practice_club(options: Sequence[str] | Iterator[str]) -> Iterator[Mapping[str, str]]:
    """The settings of a practice club that lives as long as the block; raises `NoPracticeClub`.

    The child serves until our end of its standard input closes, which also happens when we are killed.
    """
    command = own_python("-m", "brcc_tui", "demo", "--serve", "--until-eof", *options)
    # It speaks UTF-8 whatever the computer's language: the folder that it names may have any letter in it.
    environment = own_environment() | {"PYTHONUTF8": "1"}
    environment.pop("PYTHONIOENCODING", None)
    # A child in our console would be ended before us when the window is closed, with a change under way.
    unseen = CREATE_NO_WINDOW if ON_WINDOWS else 0
    with tempfile.TemporaryFile() as complaints:
        child = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints, env=environment, creationflags=unseen,
        )  # fmt: skip
        try:
            yield _read_settings(child, complaints)
        finally:
            _end(child)


def _read_settings(child: subprocess.Popen[bytes], complaints: IO[bytes]) -> Mapping[str, str]:
    from dotenv import dotenv_values

    lines: list[str] = []
    for line in child.stdout or ():
        text = line.decode()
        if text.strip() == "ready":
            values = dotenv_values(stream=io.StringIO("".join(lines)), interpolate=False)
            return {name: value for name, value in values.items() if value}
        lines.append(text)
    complaints.seek(0)
    error_lines = complaints.read().decode(errors="replace").strip().splitlines()
    raise NoPracticeClub(f"the practice club did not start: {error_lines[-1] if error_lines else 'no reason given'}")


def _end(child: subprocess.Popen[bytes]) -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe:
            with suppress(OSError):
                pipe.close()
    try:
        child.wait(_GOODBYE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _refresh(settings: Settings) -> None:
    """Fill the catalogue, so that the first picture has shows in it."""
    from brcc_tui.cli.reading import tell_progress
    from brcc_tui.cli.session import with_club
    from brcc_tui.operations.catalogue.refresh import refresh

    progress = ProgressLine()
    with_club(settings, lambda club: refresh(club, tell_progress(progress)), on_the_catalogue=False)
    progress.end()
