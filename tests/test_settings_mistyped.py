"""What a person typed wrongly in a settings file: it is told, never passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from brcc_tui.settings import MAX_OPERATOR, SettingsError
from brcc_tui.settings_checks import settings_from
from brcc_tui.settings_file import load_settings, user_settings_file


@pytest.mark.parametrize("name", ["BRCC_TIMEZON", "BRCC_ROOM_SEAT", "brcc_timezone", "BRCC_HOUSE"])
def test_a_setting_of_this_program_that_is_none_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / ".env").write_text(f"BRCC_CLOCK=24\n{name}=America/Toronto\n")
    settings = load_settings({}, tmp_path)
    assert settings.timezone is None
    (warning,) = settings.warnings
    assert name in warning
    assert "is not a setting" in warning
    assert "Toronto" not in warning, "whatever it is meant for, it may be a secret"


def test_it_is_told_also_where_nothing_else_in_the_file_is_ours(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BRCC_TIMEZON=America/Toronto\n")
    (warning,) = load_settings({"PRIVATE_TOKEN": "token"}, tmp_path).warnings
    assert "BRCC_TIMEZON in" in warning


def test_what_others_read_beside_this_program_is_theirs(tmp_path: Path) -> None:
    """The practice club prints these among its settings, and WordPress has names of its own."""
    theirs = ("BRCC_PRACTICE_URL", "BRCC_PRACTICE_TOKEN", "BRCC_PRACTICE_NOW", "WORDPRESS_DB_CHARSET", "BRCCX")
    (tmp_path / ".env").write_text("BRCC_CLOCK=24\nBRCC_TIMEZONE=\n" + "".join(f"{name}=1\n" for name in theirs))
    assert load_settings({}, tmp_path).warnings == ()


def test_a_path_of_windows_in_double_quotes_is_told_to_stand_in_single_ones(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text('BRCC_DATA_DIR="C:\\new\\brcc"\n')
    with pytest.raises(SettingsError, match="single quotes"):
        load_settings({}, tmp_path)


@pytest.mark.parametrize("name", ["data", "./data", "../data"])
def test_a_data_folder_that_depends_on_where_the_program_is_started_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Started elsewhere it has another journal, and locks that keep nobody away."""
    (warning,) = load_settings({"PRIVATE_TOKEN": "token", "BRCC_DATA_DIR": name}, tmp_path).warnings
    assert ("BRCC_DATA_DIR" in warning, "whole path" in warning) == (True, True)
    monkeypatch.setattr("platformdirs.user_config_path", lambda *_, **__: tmp_path / "own")
    own = user_settings_file()
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text(f"PRIVATE_TOKEN=token\nBRCC_DATA_DIR={name}\n")
    own.chmod(0o600)
    assert any("BRCC_DATA_DIR" in told for told in load_settings({}, tmp_path).warnings)


def test_one_that_is_the_same_from_everywhere_is_not(tmp_path: Path) -> None:
    for name in ("~/data", str(tmp_path)):
        assert load_settings({"PRIVATE_TOKEN": "token", "BRCC_DATA_DIR": name}, tmp_path).warnings == ()


def test_nor_is_one_beside_the_file_that_names_it(tmp_path: Path) -> None:
    """That file is read there alone."""
    (tmp_path / ".env").write_text("PRIVATE_TOKEN=token\nBRCC_DATA_DIR=data\n")
    (tmp_path / ".env").chmod(0o600)
    assert load_settings({}, tmp_path).warnings == ()


def test_what_is_typed_otherwise_and_means_the_same_is_taken() -> None:
    typed = {
        "BRCC_PROFILE": " Staging",
        "PRIVATE_TOKEN": "token\n",
        "WORDPRESS_DB_TLS": "OFF",
        "WORDPRESS_DB_PORT": "65535",
    }
    database = {"HOST": "db.example.org", "USER": "reader", "PASSWORD": "hush", "NAME": "wordpress"}
    settings = settings_from({**typed, **{f"WORDPRESS_DB_{name}": text for name, text in database.items()}})
    assert settings.wordpress is not None
    assert settings.eventbrite is not None
    assert (settings.profile, settings.eventbrite.token.reveal()) == ("staging", "token")
    assert (settings.wordpress.tls, settings.wordpress.port) == (False, 65535)
    assert settings_from({"BRCC_ROOM_SEATS": "1"}).room_seats == 1


def test_who_changes_seats_is_called_by_a_short_name() -> None:
    assert settings_from({"BRCC_OPERATOR": " Ann   B. "}).operator == "Ann B."
    assert len(settings_from({"BRCC_OPERATOR": "A" * MAX_OPERATOR}).operator) == MAX_OPERATOR
    with pytest.raises(SettingsError, match="BRCC_OPERATOR must be a short name"):
        settings_from({"BRCC_OPERATOR": "A" * (MAX_OPERATOR + 1)})


def test_a_wrong_value_is_told_with_the_file_in_which_it_can_be_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where several files and the environment give values, its name alone does not say where to look."""
    monkeypatch.setattr("platformdirs.user_config_path", lambda *_, **__: tmp_path / "own")
    own, here = user_settings_file(), tmp_path / ".env"
    own.parent.mkdir()
    own.write_text("BRCC_ROOM_SEATS=many\nBRCC_CLOCK=13\nWOOCOMMERCE_CONSUMER_KEY=ck_x\n")
    here.write_text("BRCC_CLOCK=11\n")
    for file in (own, here):
        file.chmod(0o600)
    with pytest.raises(SettingsError) as told:
        load_settings({"BRCC_ASCII": "yes"}, tmp_path)
    problems = {problem.split(" ", 1)[0]: problem for problem in told.value.problems}
    assert problems["BRCC_ROOM_SEATS"].endswith(f"not 'many' (in {own})")
    assert problems["BRCC_CLOCK"].endswith(f"not '11' (in {here})")
    assert problems["BRCC_ASCII"].endswith("not 'yes'")
    assert "(in " not in problems["WOOCOMMERCE_API_URL"], "what is missing stands nowhere"


def test_a_file_of_certificates_that_is_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty.pem").touch()
    for name, words in (
        ("ca.pem", "'ca.pem', which cannot be read: No such file or directory"),
        ("empty.pem", "'empty.pem', which holds no certificate in PEM form"),
    ):
        with pytest.raises(SettingsError) as caught:
            settings_from({"PRIVATE_TOKEN": "token", "BRCC_CA_FILE": name})
        assert list(caught.value.problems) == [f"BRCC_CA_FILE names {words}"]
