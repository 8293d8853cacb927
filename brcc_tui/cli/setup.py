"""Set-up line by line, for any terminal: asks for each value, tests each service, and saves the settings.

Secrets are typed without being shown and are never arguments, so they appear neither in the process
list nor in the shell's history.
"""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from brcc_tui.cli.console import DONE, Failed, can_ask, fail, print_message
from brcc_tui.settings import PROFILES, SettingsError
from brcc_tui.settings_checks import settings_from
from brcc_tui.settings_file import kept_values, local_settings_file, user_settings_file
from brcc_tui.settings_table import (
    CHECK_OF_PART,
    EVENTBRITE,
    PROGRAM,
    SETTINGS,
    WOOCOMMERCE,
    WORDPRESS,
    Setting,
    asked_of_part,
    settings_of_part,
)
from brcc_tui.windows.console_events import woken_by_ctrl_c

if TYPE_CHECKING:
    import argparse

    from brcc_tui.operations.catalogue.refresh_report import RefreshReport
    from brcc_tui.operations.context import ClubContext
    from brcc_tui.operations.diagnostics.check import Check

_ADVICE: Final = {
    EVENTBRITE: "The private token is under Account settings > Developer links > API keys.",
    WOOCOMMERCE: "The key is made under WooCommerce > Settings > Advanced > REST API: assets/woocommerce-key.md.",
    WORDPRESS: "The account should only read: assets/database-user.sql makes one. Without the database nothing "
    "on WooCommerce can be changed, because what is sold would be unknown, and BRCC_TIMEZONE must name the time zone.",
}


_LOOK_AFTER: Final = "Look after that file and its folder, then run brcc-tui setup again"
"""What to do where the settings can neither be read nor kept: who is told runs set-up already."""


class _GivenUp(Exception):
    """The person wants no set-up after all."""


def setup_command(_: argparse.Namespace) -> int:
    """Ask, try, keep. Until the end nothing is written, and nothing is ever written to a shop."""
    if not can_ask():
        fail("setup asks questions: run it in a terminal, or fill in a copy of .env.example")
    try:
        values, target = _ask_everything()
        from brcc_tui.operations.kept_settings import keep_settings

        path = keep_settings(values, target)
    except (_GivenUp, KeyboardInterrupt):
        print_message("", "Nothing was written.")
        raise Failed from None
    except SettingsError as app_error:
        fail(f"{'; '.join(app_error.problems)}. Nothing was written. {_LOOK_AFTER}")
    _tell_kept(path, values)
    try:
        read_now = _yes("Read the catalogue of the shops now?")
    except _GivenUp:  # the settings are kept all the same
        read_now = False
    if read_now:
        return _read_catalogue(path)
    print_message("Start with brcc-tui; brcc-tui health says whether all is well.")
    return DONE


def _ask_everything() -> tuple[dict[str, str], Path]:
    """The settings that a person agreed to, and the file they belong in; what was taken out of it is empty.

    Raises `_GivenUp`.
    """
    print_message(
        "Enter each value; each service is tested once its values are there. Nothing is changed in any shop.",
        "Enter keeps the value in [brackets]; a single - removes it. Leave empty what you do not have.",
    )
    from brcc_tui.operations.actor import shares_account

    profile = _choice("Profile: practice, staging or production", PROFILES, "production")
    target = user_settings_file(profile)
    before = kept_values(target)
    values = {**before, "BRCC_PROFILE": profile}
    _tell_what_is_wrong_before(profile, target)
    if profile == "production":
        print_message("", "*** PRODUCTION: these are the shops that sell to the public. ***")
    values = _mended(values)
    for part in CHECK_OF_PART:
        values = _part(part, profile, values)
    if shares_account():
        print_message("", "You", "Over SSH several people share the account: the history tells them apart by name.")
        values = _value(next(s for s in SETTINGS if s.name == "BRCC_OPERATOR"), values)
    _check_whole(values)
    print_message("", f"The settings go to {target}, which only you can read.")
    if not _yes("Keep them?"):
        raise _GivenUp
    return {**dict.fromkeys(before, ""), **values}, target


def _tell_what_is_wrong_before(profile: str, path: Path) -> None:
    """That no command works here, whatever is kept, before a person answers questions to have it work."""
    from brcc_tui.operations.kept_settings import wrong_at_every_start

    if problems := wrong_at_every_start(profile, path):
        words = "This overrides the saved settings at every start here. Until it is corrected, only setup works:"
        print_message("", words, *(f"  {problem}" for problem in problems))


def _mended(values: dict[str, str]) -> dict[str, str]:
    """The values, after asking for those of this program that were kept and are wrong: nothing is kept beside them."""
    for setting in settings_of_part(PROGRAM):
        if problems := _problems(setting, values):
            print_message("", *problems)
            values = _value(setting, values)
    return values


def _part(part: str, profile: str, before: Mapping[str, str]) -> dict[str, str]:
    """The values with those of one part: as often as a person wants, until its service answers."""
    print_message("", part, _ADVICE[part])
    settings = asked_of_part(part, profile)
    values = dict(before)
    while True:
        values = _answers(settings, values)
        if any(_is_missing(setting, values) for setting in settings):
            print_message(f"{part} is left out.")
            return _without(values, part, settings)
        check = _tried_and_chosen(part, values)
        if check.status == "healthy":
            return values
        if "BRCC_CA_FILE" in check.detail:
            settings = list(dict.fromkeys([*settings, *(s for s in SETTINGS if s.name == "BRCC_CA_FILE")]))
        match _choice("again, keep it as it is, or leave it out", ("again", "keep", "out"), "again"):
            case "keep":
                return values
            case "out":
                return _without(values, part, settings)


def _answers(settings: list[Setting], values: dict[str, str]) -> dict[str, str]:
    """The values with an answer for each of the settings, up to the first that is needed and left empty."""
    for setting in settings:
        values = _value(setting, values)
        if _is_missing(setting, values):
            break
    return values


def _is_missing(setting: Setting, values: Mapping[str, str]) -> bool:
    """Whether it is needed for its part, and nobody gave it."""
    return setting.required and setting.name not in values


def _tried_and_chosen(part: str, values: dict[str, str]) -> Check:
    """What came of trying the service, once more where a person had to choose; what was chosen is put in as well."""
    check = _tried(part, values)
    chosen = {name: _chosen(name, titles) for name, titles in check.choices.items() if titles}
    if not chosen:
        return check
    values |= chosen
    return _tried(part, values)


def _tried(part: str, values: dict[str, str]) -> Check:
    """What came of trying the service; what was found out on the way is put into the values."""
    print_message("Trying it ...")
    check = _try(part, values)
    values |= check.found
    print_message(_verdict(check))
    return check


def _chosen(name: str, titles: Mapping[str, str]) -> str:
    """One of the values there are, which a person names by its number."""
    values = list(titles)
    print_message(*(f"  {number}  {titles[value]} ({value})" for number, value in enumerate(values, 1)))
    numbers = tuple(str(number) for number in range(1, len(values) + 1))
    return values[int(_choice(f"{name}: which number is the club's", numbers, "1")) - 1]


def _without(values: Mapping[str, str], part: str, settings: list[Setting]) -> dict[str, str]:
    """The values without those of a part that is left out, what was found out about it included."""
    names = {setting.name for setting in settings} | {s.name for s in settings_of_part(part) if s.found_out}
    return {name: text for name, text in values.items() if name not in names}


def _try(part: str, values: Mapping[str, str]) -> Check:
    """Ask the service with these values and no others: what another part says must not spoil it."""
    import asyncio

    from brcc_tui.operations.diagnostics.try_settings import try_service

    of_this = {s.name for s in SETTINGS if s.part not in CHECK_OF_PART or s.part == part}
    chosen = {name: text for name, text in values.items() if name in of_this}
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner, woken_by_ctrl_c(runner.get_loop()):
        return runner.run(try_service(chosen, CHECK_OF_PART[part]))


def _verdict(check: Check) -> str:
    time = f" ({check.milliseconds:,.0f} ms)" if check.milliseconds is not None else ""
    sign = {"healthy": "It works", "degraded": "It works, but"}.get(check.status.value, "It does not work")
    return f"{sign}: {check.detail}{time}"


def _value(setting: Setting, values: Mapping[str, str]) -> dict[str, str]:
    """The values with an answer for this setting; a wrong one is told at once and asked for again."""
    kept = values.get(setting.name, "")
    question = _question(setting, kept)
    while True:
        answer = _answer(question, secret=setting.secret)
        text = "" if answer == "-" else answer or kept
        changed = {name: other for name, other in values.items() if name != setting.name}
        changed |= {setting.name: text} if text else {}
        problems = _problems(setting, changed)
        if not problems:
            return changed
        print_message(*problems)


def _question(setting: Setting, kept: str) -> str:
    """What a person is asked, with the value that Enter keeps; a secret's is not shown."""
    shown = "kept, not shown" if kept and setting.secret else kept or setting.default
    return f"{setting.name}, {setting.meaning}{f' [{shown}]' if shown else ''}: "


def _problems(setting: Setting, values: Mapping[str, str]) -> list[str]:
    """What is wrong with one value, whatever is still missing beside it."""
    name, text = setting.name, values.get(setting.name, "")
    if not text:
        return []
    stand_in = {s.name: _STAND_INS.get(s.name, "x") for s in settings_of_part(setting.part) if s.required}
    given = {**stand_in, name: text, "BRCC_PROFILE": values.get("BRCC_PROFILE", "")}
    try:
        settings_from(given)
    except SettingsError as app_error:
        return [problem for problem in app_error.problems if problem.startswith(f"{name} ")]
    return []


_STAND_INS: Final = {"WOOCOMMERCE_API_URL": "http://127.0.0.1", "WORDPRESS_DB_HOST": "127.0.0.1"}


def _check_whole(values: Mapping[str, str]) -> None:
    try:
        configured = settings_from(values).configured
    except SettingsError as app_error:
        print_message("", *app_error.problems)
        raise _GivenUp from None
    if not configured:
        print_message("", "Neither shop is filled in. brcc-tui demo starts the practice club, which needs no settings.")
        raise _GivenUp


def _tell_kept(path: Path, values: Mapping[str, str]) -> None:
    """What was written, and what else must be known for it to be used."""
    print_message(f"Kept in {path}.")
    profile = values["BRCC_PROFILE"]
    if profile != "production":
        print_message(f"They are used where the environment says BRCC_PROFILE={profile}.")
    if louder := [name for name in values if os.environ.get(name, "").strip() not in ("", values[name])]:
        print_message(f"But the environment overrides the file, and has other values of {', '.join(louder)}.")
    if (here := local_settings_file()).exists() and here != path:
        print_message(f"But {here} overrides it for a program started in this folder.")
    _tell_what_is_wrong_before(profile, path)


def _read_catalogue(path: Path) -> int:
    """Read the catalogue with what is in that file alone: the one of another profile may be beside it."""
    from brcc_tui.cli.console import ProgressLine
    from brcc_tui.cli.failures import refresh_status, say_failed
    from brcc_tui.cli.reading import organization_lines, tell_progress
    from brcc_tui.cli.session import with_club
    from brcc_tui.operations.catalogue.refresh import refresh

    async def work(club: ClubContext) -> tuple[RefreshReport, bool]:
        report = await refresh(club, tell_progress(progress))
        return report, club.cache.kept

    try:
        settings = settings_from(kept_values(path), files=[path])
    except SettingsError as app_error:
        fail("; ".join(app_error.problems))
    progress = ProgressLine()
    report, kept = with_club(settings, work, on_the_catalogue=False)
    progress.end()
    say_failed(report.failed)
    print_message(*organization_lines(report.organizations))
    status = refresh_status(report.failed, kept=kept)
    if status == DONE:
        print_message("The catalogue has been read. Start with brcc-tui.")
    else:
        what = "Not all of it could be read" if kept else "Nothing of it could be kept"
        print_message(f"{what}: brcc-tui refresh reads the catalogue again, brcc-tui health says what is wrong.")
    return status


def _choice(question: str, choices: tuple[str, ...], default: str) -> str:
    """One of some words, or its first letters."""
    while True:
        answer = _answer(f"{question} [{default}]: ").lower() or default
        found = [choice for choice in choices if choice.startswith(answer)]
        if answer in choices or len(found) == 1:
            return answer if answer in choices else found[0]
        print_message(f"Type one of: {', '.join(choices)}")


def _yes(question: str) -> bool:
    return _choice(question, ("yes", "no"), "yes") == "yes"


def _answer(question: str, *, secret: bool = False) -> str:
    """What a person types; the end of input and Ctrl+C end the set-up."""
    try:
        if secret:
            return getpass.getpass(question, stream=sys.stderr)
        sys.stderr.write(question)
        sys.stderr.flush()
        line = sys.stdin.readline()
    except (KeyboardInterrupt, EOFError):
        raise _GivenUp from None
    if not line:
        raise _GivenUp
    return line.strip()
