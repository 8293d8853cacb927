"""The SSH log-in: the block in the server's settings, and that it is put back where it cannot be shown to hold."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from brcc_tui.windows import access_lists, api, ssh_login, sshd_config
from brcc_tui.windows.ssh_login import SshServer
from brcc_tui.windows.sshd_config import SshLoginError

USUAL = (
    b"# the club's server, gr\xfc\xdfe\r\nPort 22\r\nMatch Group administrators\r\n"
    b"       AuthorizedKeysFile __PROGRAMDATA__/ssh/administrators_authorized_keys\r\n"
)
COMMAND = 'powershell.exe -NoLogo -NoProfile -ExecutionPolicy Bypass -File "C:\\brcc tui\\start.ps1"'
START = "C:\\brcc tui\\start.ps1"
SID = "S-1-5-21-1004336348-1177238915-682003330-1009"
READABLE = "D:AI(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;0x1200a9;;;BU)"


class Computer:
    """Stands in for a server as Windows has it: what it prints is what OpenSSH 9.2 printed with such settings."""

    def __init__(self, folder: Path, version: str = "OpenSSH_for_Windows_9.5p1, LibreSSL 3.8.2") -> None:
        self.config = folder / "sshd_config"
        self.config.write_bytes(USUAL)
        self.version = version
        self.running = True
        self.ran: list[str] = []
        self.spelt_as_written = False
        self.above: dict[str, str] = {}
        self.starts = True
        self.takes = True

    def server(self) -> SshServer:
        return SshServer(self.config.parent, self.config, self.run, lambda _name: SID)

    def run(self, command: Sequence[str]) -> tuple[int, str]:
        name, *arguments = command
        self.ran.append(Path(name).name + " " + " ".join(arguments))
        match Path(name).name, arguments:
            case "ssh.exe", ["-V"]:
                return 0, self.version
            case "sshd.exe", ["-t", *_]:
                return (0, "") if self.takes else (255, "line 9: Bad configuration option")
            case "sshd.exe", ["-T", "-f", file, "-C", who]:
                return 0, self._effective(Path(file), who.partition(",")[0].removeprefix("user="))
            case _, ["query", "sshd"]:
                return 0, "STATE : 4  RUNNING" if self.running else "STATE : 1  STOPPED"
            case _, ["stop", "sshd"]:
                self.running = False
            case _, ["start", "sshd"]:
                self.running = self.starts or self.config.read_bytes() == USUAL
        return 0, ""

    def _effective(self, config: Path, user: str) -> str:
        found = {"forcecommand": "none", "disableforwarding": "no", "allowtcpforwarding": "yes", "permittty": "yes"}
        found |= {"allowagentforwarding": "yes", "permittunnel": "no", **self.above}
        spelt = user if self.spelt_as_written else user.lower()
        inside = False
        for line in config.read_bytes().decode("latin-1").splitlines():
            word, _, rest = line.strip().partition(" ")
            if word == "Match":
                inside = spelt.rpartition("\\")[2] in rest.removeprefix("User ").split(",")
            elif inside and word not in self.above and not line.startswith("#"):
                found[word] = rest
        return "".join(f"{name} {value}\n" for name, value in found.items())


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Computer:
    monkeypatch.setattr(api, "read_access_list", lambda _path: READABLE)
    return Computer(tmp_path)


def add(computer: Computer, account: str = "boxoffice") -> None:
    ssh_login.allow_login(computer.server(), account, Path(START), [Path(START)])


def test_an_account_is_let_in_and_out_again(computer: Computer) -> None:
    add(computer, "BoxOffice")
    written = computer.config.read_bytes()
    assert written.startswith(USUAL), "no byte of the club's own is changed, whatever its encoding"
    assert b"Match User boxoffice,*\\boxoffice,boxoffice@*\r\n" in written
    assert f"    forcecommand {COMMAND}\r\n".encode() in written
    assert computer.running
    ssh_login.forbid_login(computer.server(), "boxoffice")
    assert computer.config.read_bytes() == USUAL
    assert [path.name for path in computer.config.parent.iterdir()] == ["sshd_config"], "nothing is left behind"


def test_a_second_account_and_a_second_time_keep_what_was_before(computer: Computer) -> None:
    add(computer, "boxoffice")
    add(computer, "door")
    add(computer, "boxoffice")
    assert computer.config.read_bytes().count(b"Match User") == 2
    backup = computer.config.with_name(f"sshd_config.{ssh_login.BACKUP}")
    assert backup.read_bytes() == USUAL, "not one with blocks of ours in it"
    ssh_login.forbid_login(computer.server(), "door")
    assert backup.exists()
    ssh_login.forbid_login(computer.server(), "boxoffice")
    assert not backup.exists()
    with pytest.raises(SshLoginError, match="no block"):
        ssh_login.forbid_login(computer.server(), "boxoffice")


REFUSALS = {
    "an old server": ({"version": "OpenSSH_for_Windows_7.7p1, LibreSSL 2.6.5"}, "is 7.7; before 8.1"),
    "a server that does not say": ({"version": "unknown option -- V"}, "of an unknown version"),
    "one that heeds capitals": ({"spelt_as_written": True}, "would not hold BOXOFFICE"),
    "a block above that wins": ({"above": {"forcecommand": "cmd.exe"}}, "forcecommand"),
    "a block above that forwards": ({"above": {"allowtcpforwarding": "yes"}}, "allowtcpforwarding"),
    "one that takes no such settings": ({"takes": False}, "Bad configuration option"),
    "one that does not start again": ({"starts": False}, "did not start again"),
}


@pytest.mark.parametrize(("wrong", "words"), REFUSALS.values(), ids=list(REFUSALS))
def test_what_cannot_be_shown_to_hold_is_put_back(computer: Computer, wrong: dict[str, object], words: str) -> None:
    for name, value in wrong.items():
        setattr(computer, name, value)
    with pytest.raises(SshLoginError, match=words):
        add(computer)
    assert computer.config.read_bytes() == USUAL
    assert computer.running, "and the server serves as before"
    assert not computer.config.with_name("sshd_config.new").exists()
    stopped = any("stop" in words for words in computer.ran)
    assert stopped is ("starts" in wrong), "what is known to be wrong before is never put in place"


def test_what_does_not_hold_once_it_is_in_place_is_put_back(computer: Computer) -> None:
    """Another program may write to the settings at the same moment."""
    run = computer.run

    def asked(command: Sequence[str]) -> tuple[int, str]:
        return (0, "forcecommand none") if {"-T", str(computer.config)} <= {*command} else run(command)

    computer.run = asked  # type: ignore[method-assign]
    with pytest.raises(SshLoginError, match="would not hold"):
        add(computer)
    assert (computer.config.read_bytes(), computer.running) == (USUAL, True)


def test_a_server_that_does_not_answer_holds_nobody(computer: Computer) -> None:
    run = computer.run
    computer.run = lambda command: (-1, "") if "-T" in command else run(command)  # type: ignore[method-assign]
    with pytest.raises(SshLoginError, match="would not hold"):
        add(computer)
    assert computer.config.read_bytes() == USUAL


@pytest.mark.parametrize("account", ["", "a b", "x" * 21, "me\nMatch all", "*", "club\\dave", '"'])
def test_a_name_that_is_none_is_refused(computer: Computer, account: str) -> None:
    with pytest.raises(SshLoginError, match="no name of a local account"):
        add(computer, account)


def test_an_account_that_is_not_there_is_refused(computer: Computer) -> None:
    def sid_of(_name: str) -> str:
        raise OSError("none of that name")

    server = SshServer(computer.config.parent, computer.config, computer.run, sid_of)
    with pytest.raises(SshLoginError, match="has no account boxoffice"):
        ssh_login.allow_login(server, "boxoffice", Path(START), [])


def test_without_a_server_it_says_where_to_have_one(computer: Computer) -> None:
    computer.config.unlink()
    with pytest.raises(SshLoginError, match="Optional features"):
        add(computer)


@pytest.mark.parametrize(
    "text",
    [
        USUAL + b"# brcc-tui for boxoffice\r\nMatch User boxoffice\r\n",
        b"# brcc-tui for boxoffice\n# brcc-tui for boxoffice\n# end of brcc-tui for boxoffice\n",
        "Port 22\n".encode("utf-16"),
    ],
    ids=["no end", "begun twice", "UTF-16"],
)
def test_settings_that_cannot_be_understood_are_left_alone(text: bytes) -> None:
    with pytest.raises(SshLoginError):
        sshd_config.without_block(text, "boxoffice")


@pytest.mark.parametrize("text", [b"", b"Port 22", b"Port 22\n", b"\xef\xbb\xbfPort 22\r\n", b"a\r\nb\n"])
def test_the_ends_of_lines_are_those_of_the_file(text: bytes) -> None:
    whole = sshd_config.with_block(text, "door", COMMAND)
    assert sshd_config.without_block(whole, "door").rstrip() == text.rstrip()
    if text == b"Port 22\n":
        assert b"\r" not in whole


# Whether another account can read and run the program

LISTS = {
    READABLE: True,
    f"D:PAI(A;;FA;;;SY)(A;;0x1200a9;;;{SID})": True,
    "D:(A;;FRFX;;;WD)": True,
    "D:(A;;FRFXZZ;;;WD)": True,
    "D:NO_ACCESS_CONTROL": True,
    "D:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;S-1-5-21-1-2-3-1001)": False,
    "D:(A;;FR;;;BU)": False,
    "D:(A;OICIIO;FA;;;BU)": False,
    "D:(D;;FX;;;BU)(A;;FA;;;WD)": False,
    "D:(A;;FA;;;IU)": False,
}


@pytest.mark.parametrize(("sddl", "may"), LISTS.items(), ids=list(LISTS))
def test_rights_are_read_from_the_list(sddl: str, may: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "read_access_list", lambda _path: sddl)
    assert access_lists.account_may_run(Path("x"), SID) is may


def test_a_program_that_the_account_cannot_read_is_told(computer: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "read_access_list", lambda _path: "D:PAI(A;;FA;;;SY)")
    with pytest.raises(SshLoginError, match="Put the project where everybody may read"):
        add(computer)


@pytest.mark.parametrize("path", [Path("WindowsApps", "python.exe"), Path("100%", "start.ps1")])
def test_a_place_that_serves_one_account_alone_is_told(computer: Computer, path: Path) -> None:
    with pytest.raises(SshLoginError, match="cannot be used by another account"):
        ssh_login.allow_login(computer.server(), "boxoffice", Path(START), [path])


def test_what_is_needed_is_named(tmp_path: Path) -> None:
    names = {path.name for path in ssh_login.needed_files(tmp_path / "start.ps1")}
    assert names == {"start.ps1", "brcc-tui.exe", "python.exe", "__init__.py", "os.py"}


# The command


def test_the_command_tells_how_it_went(
    computer: Computer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ssh_login, "this_computers", computer.server)
    monkeypatch.setattr(ssh_login, "needed_files", lambda start: [start])
    assert ssh_login.main([START, "boxoffice"]) == 0
    assert "Try it once before you rely on it" in capsys.readouterr().out
    assert ssh_login.main([START, "boxoffice", "--remove"]) == 0
    assert ssh_login.main([START, "boxoffice", "--remove"]) == 1
    assert "Not done. There is no block" in capsys.readouterr().err
    assert ssh_login.main(["boxoffice"]) == 2
    assert ssh_login.main([START, "boxoffice", "--all"]) == 2


def test_the_server_of_windows_stands_in_its_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYSTEMROOT", "W")
    monkeypatch.setenv("PROGRAMDATA", "D")
    server = ssh_login.this_computers()
    assert server.programs == Path("W", "System32", "OpenSSH")
    assert server.config == Path("D", "ssh", "sshd_config")
    assert server.version() is None, "a program that is not there tells nothing"
