"""The working folder may be another program's, with a `.env` of its own: it says nothing to this one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from brcc_tui.settings import SettingsError
from brcc_tui.settings_file import load_settings, user_settings_file
from tests.systems import posix

OWN = {"PRIVATE_TOKEN": "own-token"}


@pytest.mark.parametrize(
    "theirs",
    [
        pytest.param(b"npm run build\nAPI=1\n", id="lines_that_set_nothing"),
        pytest.param("DB_NAME=café\n".encode("latin-1"), id="other_letters"),
        pytest.param(b"GITLAB_PRIVATE_TOKEN=1\nnpm run build\n", id="a_name_that_ends_as_ours_do"),
        pytest.param(b"\xff\xfe\x00", id="half_a_letter"),
        pytest.param(b"", id="empty"),
    ],
)
def test_a_file_without_any_setting_of_ours_is_none_of_ours(tmp_path: Path, theirs: bytes) -> None:
    (tmp_path / ".env").write_bytes(theirs)
    settings = load_settings(OWN, tmp_path)
    assert settings.eventbrite is not None
    assert (settings.files, settings.warnings) == ((), ())


@posix("modes")
def test_nor_is_it_closed_or_told_to_be_open(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("API=1\n")
    (tmp_path / ".env").chmod(0o666)
    assert load_settings(OWN, tmp_path).files == ()


@posix("owners")
def test_one_that_belongs_to_another_user_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody may leave one in a folder that is everybody's, and say there which tables are counted."""
    theirs = tmp_path / ".env"
    theirs.write_text("WORDPRESS_TABLE_PREFIX=other_\n")
    if os.geteuid() == 0:
        os.chown(theirs, 4711, -1)
    monkeypatch.setattr("os.geteuid", lambda: theirs.stat().st_uid + 1)
    with pytest.raises(SettingsError) as caught:
        load_settings(OWN, tmp_path)
    assert [problem for problem in caught.value.problems if f"{theirs} belongs to another user" in problem]
    theirs.write_text("API=1\n")
    assert load_settings(OWN, tmp_path).files == (), "it is none of ours"


def test_a_folder_of_that_name_is_an_environment_of_python(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    assert load_settings(OWN, tmp_path).eventbrite is not None


def test_one_that_cannot_be_read_may_name_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    (tmp_path / ".env").touch()
    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(SettingsError) as caught:
        load_settings(OWN, tmp_path)
    assert f"{tmp_path / '.env'} cannot be read: Permission denied" in caught.value.problems


@pytest.mark.parametrize("ours", [b"PRIVATE_TOKEN: abc\n", "PRIVATE_TOKEN='abc\n".encode("utf-16"), b"BRCC_CLOCK=\xff"])
def test_a_file_that_names_one_of_ours_has_to_be_right(tmp_path: Path, ours: bytes) -> None:
    (tmp_path / ".env").write_bytes(ours)
    with pytest.raises(SettingsError, match=r"line 1: this is not NAME=value|not text in UTF-8"):
        load_settings({}, tmp_path)


def test_the_users_own_file_has_to_be_right_whatever_is_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_config_path", lambda *_, **__: tmp_path / "own")
    user_settings_file().parent.mkdir()
    user_settings_file().write_bytes(b"nothing of ours\n")
    with pytest.raises(SettingsError, match="line 1"):
        load_settings({}, tmp_path)
