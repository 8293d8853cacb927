"""`python -m brcc_tui.windows.ssh_login START ACCOUNT [--remove]`: what `ssh-login.ps1` runs, as an administrator.

Restricts an account's SSH sessions to this program. Whatever cannot be shown to hold is
undone: an account without the block signs in as before, into its own shell.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from brcc_tui.windows import api
from brcc_tui.windows.access_lists import account_may_run
from brcc_tui.windows.sshd_config import (
    ACCOUNT_NAME,
    OLDEST_VERSION,
    SshLoginError,
    not_held,
    openssh_version,
    with_block,
    without_block,
)

BACKUP: Final = "before-brcc-tui"

Run = Callable[[Sequence[str]], tuple[int, str]]
"""Runs a program to its end; its exit status, and what it printed on both of its streams."""


def _run(command: Sequence[str]) -> tuple[int, str]:
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)  # noqa: S603 - full paths of ours
    except (OSError, subprocess.TimeoutExpired) as error:
        return -1, str(error)
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class SshServer:
    """The OpenSSH server of this computer: its programs, its settings, and how Windows is asked."""

    programs: Path
    config: Path
    run: Run = _run
    sid_of: Callable[[str], str] = field(default=api.sid_of_account)

    def version(self) -> tuple[int, int] | None:
        """The version of server and client, which are installed together."""
        return openssh_version(self.run([str(self.programs / "ssh.exe"), "-V"])[1])

    def refuses(self, config: Path) -> str | None:
        """What the server says against these settings; None where it would take them."""
        status, words = self.run([str(self.programs / "sshd.exe"), "-t", "-f", str(config)])
        return None if status == 0 else words.strip() or f"status {status}"

    def effective(self, config: Path, user: str) -> str:
        """What would hold for a user with these settings; nothing where the server does not say."""
        who = f"user={user},host=localhost,addr=127.0.0.1"
        status, words = self.run([str(self.programs / "sshd.exe"), "-T", "-f", str(config), "-C", who])
        return words if status == 0 else ""

    def restart(self) -> bool:
        """Have the service read its settings; whether it runs then."""
        net = str(Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "net.exe")
        self.run([net, "stop", "sshd"])
        self.run([net, "start", "sshd"])
        return self.runs()

    def runs(self) -> bool:
        """Whether the service runs now."""
        control = str(Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "sc.exe")
        return "RUNNING" in self.run([control, "query", "sshd"])[1]


def this_computers() -> SshServer:
    """The server that is a part of Windows."""
    system, data = os.environ.get("SYSTEMROOT", r"C:\Windows"), os.environ.get("PROGRAMDATA", r"C:\ProgramData")
    return SshServer(Path(system) / "System32" / "OpenSSH", Path(data) / "ssh" / "sshd_config")


def allow_login(server: SshServer, account: str, start: Path, needed: Iterable[Path]) -> None:
    """Let the account in. `start` is the script that it is held to, `needed` what it must be able to read and run.

    Raises `SshLoginError`; then the settings are what they were.
    """
    name = _checked_name(server, account)
    _check_version(server)
    _check_rights(server, name, needed)
    command = f'powershell.exe -NoLogo -NoProfile -ExecutionPolicy Bypass -File "{start}"'
    before = _config(server)
    _replace(
        server, before, with_block(before, name, command), lambda config: _check_effect(server, config, name, command)
    )


def forbid_login(server: SshServer, account: str) -> None:
    """Take the account's block away; with the last one, what was kept from before goes as well.

    Raises `SshLoginError` where there is none.
    """
    name = account.lower()
    before = _config(server)
    after = without_block(before, name)
    if after == before:
        raise SshLoginError(f"There is no block of brcc-tui for {name} in {server.config}.")
    _replace(server, before, after, lambda _config: None)
    backup = _backup(server)
    if backup.exists() and backup.read_bytes() == after:
        backup.unlink()


def _config(server: SshServer) -> bytes:
    try:
        return server.config.read_bytes()
    except OSError as error:
        raise SshLoginError(
            "The OpenSSH server is not installed (Settings > Apps > Optional features > OpenSSH Server), or was never "
            f"started: {server.config} cannot be read ({error.strerror})."
        ) from error


def _checked_name(server: SshServer, account: str) -> str:
    name = account.lower()
    _config(server)
    if not ACCOUNT_NAME.fullmatch(name):
        raise SshLoginError(f"{account!r} is no name of a local account: letters, digits, dots, - and _ alone.")
    try:
        server.sid_of(name)
    except OSError as error:
        raise SshLoginError(
            f"This computer has no account {name}: make it first, without administrator's rights."
        ) from error
    return name


def _check_version(server: SshServer) -> None:
    version = server.version()
    if version is None or version < OLDEST_VERSION:
        name = "of an unknown version" if version is None else f"{version[0]}.{version[1]}"
        raise SshLoginError(
            f"The OpenSSH server is {name}; before {OLDEST_VERSION[0]}.{OLDEST_VERSION[1]} it does not hold an account "
            "to its program. "
            "Bring Windows up to date, or install a newer server: winget install Microsoft.OpenSSH.Preview"
        )


def _check_rights(server: SshServer, name: str, needed: Iterable[Path]) -> None:
    sid = server.sid_of(name)
    for path in needed:
        if {"WindowsApps", "%"} & {*path.parts, *str(path)}:
            raise SshLoginError(
                f"{path} cannot be used by another account: the Store's Python is one account's own, and the server "
                "takes a % for a name to fill in. Install Python for all users from python.org, and run install.ps1."
            )
        try:
            open_to_it = account_may_run(path, sid)
        except OSError as error:
            raise SshLoginError(f"{path} is needed, and cannot be looked at: {error.strerror or error}.") from error
        if not open_to_it:
            raise SshLoginError(
                f"{name} may not read or run {path}, so it could not start brcc-tui. Put the project where everybody "
                "may read, such as C:\\brcc-tui, install Python for all users, and run install.ps1 there."
            )


def _check_effect(server: SshServer, config: Path, name: str, command: str) -> None:
    """Ask the server itself what would hold, however a client spells the account. Raises `SshLoginError`."""
    computer = os.environ.get("COMPUTERNAME", "pc").lower()
    for user in (name, name.upper(), f"{computer}\\{name}"):
        missing = not_held(server.effective(config, user), command)
        if missing:
            raise SshLoginError(
                f"With these settings the server would not hold {user} to brcc-tui ({', '.join(missing)}): another "
                "block above may say otherwise. Nothing was changed."
            )


def _replace(server: SshServer, before: bytes, after: bytes, check: Callable[[Path], None]) -> None:
    """Put the new settings in the place of the old ones; the old ones again, whatever goes wrong."""
    fresh = server.config.with_name(f"{server.config.name}.new")
    try:
        fresh.write_bytes(after)
        if words := server.refuses(fresh):
            raise SshLoginError(f"The server would not take these settings; nothing was changed. It says: {words}")
        check(fresh)
    finally:
        fresh.unlink(missing_ok=True)
    runs, backup = server.runs(), _backup(server)
    if not backup.exists():  # of several accounts the first one's: the settings without any of ours
        backup.write_bytes(before)
    try:
        # Into the old file, so that its access list, which the server insists on, stays.
        server.config.write_bytes(after)
        check(server.config)
        if runs and not server.restart():
            raise SshLoginError("The server did not start again with these settings; the old ones are back.")
    except BaseException:
        server.config.write_bytes(before)
        if runs:
            server.restart()
        raise


def _backup(server: SshServer) -> Path:
    return server.config.with_name(f"{server.config.name}.{BACKUP}")


def needed_files(start: Path) -> list[Path]:
    """What an account reads and runs to start the program: scripts, the environment, and the Python behind it."""
    scripts = Path(sys.prefix) / "Scripts"
    base = Path(sys.base_prefix)
    package = Path(__file__).parents[1] / "__init__.py"
    return [
        start,
        scripts / "brcc-tui.exe",
        scripts / "python.exe",
        package,
        base / "python.exe",
        base / "Lib" / "os.py",
    ]


def main(arguments: Sequence[str]) -> int:
    """Add or remove, tell how it went, and return the exit status."""
    flags = [word for word in arguments if word.startswith("--")]
    names = [word for word in arguments if not word.startswith("--")]
    if len(names) != 2 or flags not in ([], ["--remove"]):
        print("usage: python -m brcc_tui.windows.ssh_login START ACCOUNT [--remove]", file=sys.stderr)
        return 2
    server, (start, account) = this_computers(), names
    try:
        if flags:
            forbid_login(server, account)
            print(f"The block for {account} is gone: it signs in as any account does.")
        else:
            allow_login(server, account, Path(start), needed_files(Path(start)))
            print(f"{account} signs in over SSH straight into brcc-tui. Try it once before you rely on it.")
    except (SshLoginError, OSError) as error:
        print(f"Not done. {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
