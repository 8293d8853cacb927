"""No secret is repeated: not where it stands, and not where a person put it by mistake."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from brcc_tui.settings import Secret, SettingsError
from brcc_tui.settings_checks import settings_from
from brcc_tui.settings_file import save_settings
from tests.systems import posix

SHOP = {
    "WOOCOMMERCE_CONSUMER_KEY": "ck_secret",
    "WOOCOMMERCE_CONSUMER_SECRET": "cs_secret",
    "WOOCOMMERCE_API_URL": "https://club.example.org",
}
DATABASE = {
    "WORDPRESS_DB_HOST": "db.example.org",
    "WORDPRESS_DB_USER": "reader",
    "WORDPRESS_DB_PASSWORD": "pass secret ",
    "WORDPRESS_DB_NAME": "wordpress",
}
_TOKEN = "TOKENOFTWENTYLETTERS"
_PASSWORD = "opensesame"


def problems(values: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        settings_from(values)
    return list(caught.value.problems)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({**DATABASE, "WORDPRESS_DB_HOST": f"reader:{_PASSWORD}@db.example.org"}, id="host"),
        pytest.param({**DATABASE, "WORDPRESS_TABLE_PREFIX": f"wp {_PASSWORD}"}, id="prefix"),
        pytest.param({**DATABASE, "WORDPRESS_DB_TLS": _PASSWORD}, id="one_of"),
        pytest.param({**DATABASE, "WORDPRESS_DB_PORT": _PASSWORD.upper()}, id="in_capitals"),
        pytest.param({"PRIVATE_TOKEN": "tokensecret", "EVENTBRITE_ORGANIZATION_ID": _TOKEN}, id="token"),
        pytest.param({"PRIVATE_TOKEN": "tokensecret", "BRCC_TIMEZONE": _TOKEN}, id="zone"),
        pytest.param({**SHOP, "WOOCOMMERCE_API_URL": f"ck_1:{_PASSWORD}@club.example.org"}, id="address"),
        pytest.param({**SHOP, "WOOCOMMERCE_API_URL": f"ftp://ck_1:{_PASSWORD}@club.example.org"}, id="scheme"),
        pytest.param({"BRCC_SETTLE": _TOKEN}, id="settle"),
        pytest.param({**SHOP, **DATABASE, "WORDPRESS_TABLE_PREFIX": f"wp {_PASSWORD}"}, id="one_of_several"),
    ],
)
def test_a_credential_in_the_wrong_place_is_not_repeated(values: dict[str, str]) -> None:
    if "WORDPRESS_DB_HOST" in values:
        values = {**values, "WORDPRESS_DB_PASSWORD": f" {_PASSWORD.title()} "}
    told = "\n".join(problems(values))
    assert _PASSWORD not in told.lower()
    assert _TOKEN not in told


def test_what_is_no_credential_is_repeated_to_whoever_typed_it() -> None:
    assert "thebackroomclub.example.org" in problems({**SHOP, "WOOCOMMERCE_API_URL": "thebackroomclub.example.org"})[0]


@posix("modes")
def test_the_first_settings_make_a_folder_that_nobody_else_looks_into(tmp_path: Path) -> None:
    kept = save_settings(SHOP, tmp_path / "new home" / "brcc-tui" / ".env")
    assert [stat.S_IMODE(path.stat().st_mode) for path in (kept, kept.parent)] == [0o600, 0o700]


@pytest.mark.parametrize("show", [str, repr, "{}".format, lambda s: f"{s}", lambda s: f"{s!r:>30}"])
def test_a_secret_does_not_print(show: object) -> None:
    assert callable(show)
    assert "hush" not in show(Secret("hush"))
    assert Secret("hush").reveal() == "hush"
