"""What a person typed wrongly in a settings file: it is told, never passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from brcc_tui.settings import SettingsError
from brcc_tui.settings_file import load_settings


@pytest.mark.parametrize("name", ["BRCC_TIMEZON", "BRCC_ROOM_SEAT", "brcc_timezone", "BRCC_HOUSE"])
def test_a_setting_of_this_program_that_is_none_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / ".env").write_text(f"BRCC_CLOCK=24\n{name}=America/Toronto\n")
    settings = load_settings({}, tmp_path)
    assert settings.timezone is None
    (warning,) = settings.warnings
    assert name in warning
    assert "no setting" in warning
    assert "Toronto" not in warning, "whatever it is meant for, it may be a secret"


def test_it_is_told_also_where_nothing_else_in_the_file_is_ours(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BRCC_TIMEZON=America/Toronto\n")
    (warning,) = load_settings({"PRIVATE_TOKEN": "token"}, tmp_path).warnings
    assert "BRCC_TIMEZON in" in warning


def test_what_others_read_beside_this_program_is_theirs(tmp_path: Path) -> None:
    """The practice club prints these among its settings, and WordPress has names of its own."""
    theirs = ("BRCC_PRACTICE_URL", "BRCC_PRACTICE_TOKEN", "BRCC_PRACTICE_NOW", "WORDPRESS_DB_CHARSET", "BRCCX")
    (tmp_path / ".env").write_text("BRCC_CLOCK=24\n" + "".join(f"{name}=1\n" for name in theirs))
    assert load_settings({}, tmp_path).warnings == ()


def test_a_path_of_windows_in_double_quotes_is_told_to_stand_in_single_ones(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text('BRCC_DATA_DIR="C:\\new\\brcc"\n')
    with pytest.raises(SettingsError, match="single quotes"):
        load_settings({}, tmp_path)
