"""Settings: where they come from, which are refused and in which words, and that no secret is ever repeated."""

from __future__ import annotations

import datetime as dt
import stat
import subprocess
import sys
from pathlib import Path

import certifi
import platformdirs
import pytest

from brcc_tui.settings import Settings, SettingsError, missing_lines
from brcc_tui.settings_checks import settings_from
from brcc_tui.settings_file import load_settings, save_settings
from brcc_tui.settings_table import SETTINGS, env_example
from tests.systems import ON_WINDOWS, posix

SHOP = {
    "WOOCOMMERCE_CONSUMER_KEY": "ck_secret",
    "WOOCOMMERCE_CONSUMER_SECRET": "cs_secret",
    "WOOCOMMERCE_API_URL": "https://club.example.org",
}
TOKEN = {"PRIVATE_TOKEN": "tokensecret"}
DATABASE = {
    "WORDPRESS_DB_HOST": "db.example.org",
    "WORDPRESS_DB_USER": "reader",
    "WORDPRESS_DB_PASSWORD": "pass secret ",
    "WORDPRESS_DB_NAME": "wordpress",
}


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"staging": "staging.env", "practice": "practice.env"}
    monkeypatch.setattr(
        "brcc_tui.settings_file.user_settings_file",
        lambda profile="": tmp_path / "config" / names.get(profile, ".env"),
    )
    (tmp_path / "here").mkdir()
    (tmp_path / "config").mkdir()


def write(path: Path, values: dict[str, str] | str | bytes, mode: int = 0o600) -> Path:
    text = "".join(f"{name}='{value}'\n" for name, value in values.items()) if isinstance(values, dict) else values
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    path.chmod(mode)
    return path


def load(tmp_path: Path, environment: dict[str, str] | None = None) -> Settings:
    return load_settings(environment or {}, tmp_path / "here")


def problems(values: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        settings_from(values)
    return list(caught.value.problems)


HERE = {**SHOP, "WOOCOMMERCE_API_URL": "http://127.0.0.1:8123"}


@pytest.mark.parametrize("profile", ["production", "staging", ""])
@pytest.mark.parametrize("shop", [SHOP, HERE], ids=["real", "on this computer"])
def test_nothing_moves_the_clock_of_a_real_shop(shop: dict[str, str], profile: str) -> None:
    (problem,) = problems({**shop, "BRCC_PROFILE": profile, "BRCC_PRACTICE_CLOCK": "86400"})
    assert problem.startswith("BRCC_PRACTICE_CLOCK moves the clock of a practice club, and BRCC_PROFILE says ")


def test_the_clock_of_a_practice_club_is_not_that_of_shops_elsewhere() -> None:
    told = problems({**SHOP, "BRCC_PROFILE": "practice", "BRCC_PRACTICE_CLOCK": "86400"})
    assert [problem for problem in told if "nobody may mistake them" in problem]


@pytest.mark.parametrize(("text", "seconds"), [("86400.25", 86400.25), ("-3", -3), ("", 0)])
def test_a_practice_club_may_stand_on_another_day(text: str, seconds: float) -> None:
    settings = settings_from({**HERE, "BRCC_PROFILE": "practice", "BRCC_PRACTICE_CLOCK": text})
    assert settings.practice_ahead == dt.timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["tomorrow", "1e9", "99999999999", "nan"])
def test_a_practice_clock_that_is_no_number_of_seconds_is_refused(text: str) -> None:
    assert problems({**HERE, "BRCC_PROFILE": "practice", "BRCC_PRACTICE_CLOCK": text})


def test_what_lets_practice_clubs_open_moves_no_clock_of_the_program() -> None:
    values = {**HERE, "BRCC_PROFILE": "practice", "BRCC_PRACTICE_NOW": "2027-03-14"}
    assert settings_from(values).practice_ahead == dt.timedelta(0)
    assert settings_from({**SHOP, "BRCC_PRACTICE_NOW": "2027-03-14"}).practice_ahead == dt.timedelta(0)


def test_nothing_given_is_not_configured_and_no_error(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert not settings.configured
    assert (settings.eventbrite, settings.woocommerce, settings.wordpress) == (None, None, None)
    assert [line.split()[0] for line in missing_lines()] == [s.name for s in SETTINGS if s.required]


def test_defaults_of_a_full_configuration() -> None:
    settings = settings_from({**SHOP, **TOKEN, **DATABASE})
    assert settings.woocommerce is not None
    assert settings.eventbrite is not None
    assert settings.wordpress is not None
    assert settings.woocommerce.url == "https://club.example.org/wp-json/wc/v3"
    assert settings.woocommerce.write_auth == "query"
    assert settings.eventbrite.url == "https://www.eventbriteapi.com/v3"
    assert settings.wordpress.tls is True
    assert (settings.wordpress.port, settings.wordpress.prefix) == (3306, "wp_")
    assert settings.wordpress.password.reveal() == "pass secret "
    assert (settings.room_seats, settings.settle, settings.timezone) == (55, (2.0, 15.0, 60.0), None)
    assert settings.profile == "production"
    assert settings.host == "club.example.org"
    assert set(settings.secrets()) == {"tokensecret", "ck_secret", "cs_secret", "pass secret "}


def test_environment_then_working_directory_then_own_file(tmp_path: Path) -> None:
    write(tmp_path / "config" / ".env", {**SHOP, "BRCC_ROOM_SEATS": "1", "BRCC_SETTLE": "1", "BRCC_TIMEZONE": "UTC"})
    write(tmp_path / "here" / ".env", {"BRCC_ROOM_SEATS": "2", "BRCC_SETTLE": "2"})
    settings = load(tmp_path, {"BRCC_ROOM_SEATS": "3"})
    assert (settings.room_seats, settings.settle, settings.timezone) == (3, (2.0,), "UTC")
    assert settings.configured
    assert settings.files == (tmp_path / "here" / ".env", tmp_path / "config" / ".env")


def test_an_empty_value_is_not_set(tmp_path: Path) -> None:
    write(tmp_path / "here" / ".env", "PRIVATE_TOKEN=\nBRCC_ROOM_SEATS=7\n")
    settings = load(tmp_path, {"BRCC_ROOM_SEATS": " "})
    assert settings.eventbrite is None
    assert settings.room_seats == 7


def test_values_are_not_interpolated(tmp_path: Path) -> None:
    write(tmp_path / "here" / ".env", {**SHOP, **DATABASE, "WORDPRESS_DB_PASSWORD": "a${HOME}b$c"})
    settings = load(tmp_path)
    assert settings.wordpress is not None
    assert settings.wordpress.password.reveal() == "a${HOME}b$c"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_files_that_windows_editors_write(tmp_path: Path, encoding: str) -> None:
    write(tmp_path / "here" / ".env", "PRIVATE_TOKEN=abc\r\nBRCC_ROOM_SEATS=60\r\n".encode(encoding))
    settings = load(tmp_path)
    assert settings.eventbrite is not None
    assert settings.eventbrite.token.reveal() == "abc"
    assert settings.room_seats == 60


def test_a_broken_line_is_named_by_its_number(tmp_path: Path) -> None:
    path = write(tmp_path / "here" / ".env", "BRCC_ROOM_SEATS=60\nPRIVATE_TOKEN='abc\n")
    with pytest.raises(SettingsError, match="line 2: this is not NAME=value"):
        load(tmp_path)
    write(path, b"PRIVATE_TOKEN=\xff\xfe\n")
    with pytest.raises(SettingsError, match="not text in UTF-8"):
        load(tmp_path)


@posix("modes")
def test_a_file_that_others_may_read_is_closed_with_words_and_one_they_may_write_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "here" / ".env", TOKEN, 0o640)
    (warning,) = load(tmp_path).warnings
    assert "could be read by its group: it is closed now" in warning
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load(tmp_path).warnings == ()
    path.chmod(0o606)
    with pytest.raises(SettingsError, match="can be changed by everybody"):
        load(tmp_path)
    write(path, {"BRCC_ROOM_SEATS": "60"}, 0o644)
    assert load(tmp_path).warnings == ()
    assert stat.S_IMODE(path.stat().st_mode) == 0o644, "there is no key in it"


def test_a_file_that_others_may_read_and_that_cannot_be_closed_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "here" / ".env", TOKEN)

    def refuse(path: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("brcc_tui.settings_file.who_else", lambda path: "everybody on this computer")
    monkeypatch.setattr("brcc_tui.settings_file.close_to_others", refuse)
    with pytest.raises(SettingsError, match=r"cannot be closed \(Operation not permitted\)") as caught:
        load(tmp_path)
    assert str(path) in caught.value.problems[0]
    assert "tokensecret" not in str(caught.value)


def test_each_profile_has_a_file_of_its_own(tmp_path: Path) -> None:
    save_settings({**TOKEN})
    save_settings({"PRIVATE_TOKEN": "stagingtoken", "BRCC_PROFILE": "staging"})
    found = {name: load(tmp_path, {"BRCC_PROFILE": name} if name else {}) for name in ("", "production", "staging")}
    tokens = {name: each.eventbrite and each.eventbrite.token.reveal() for name, each in found.items()}
    assert tokens == {"": "tokensecret", "production": "tokensecret", "staging": "stagingtoken"}
    assert found["staging"].shop != found["production"].shop, "neither cache nor journal are shared"
    write(tmp_path / "here" / ".env", {"BRCC_PROFILE": "practice"})
    assert not load(tmp_path).configured


def test_profiles_are_never_mixed(tmp_path: Path) -> None:
    write(tmp_path / "config" / ".env", {**TOKEN, "BRCC_PROFILE": "staging"})
    assert load(tmp_path).profile == "staging"
    with pytest.raises(SettingsError, match="of another profile: they are never mixed"):
        load(tmp_path, {"BRCC_PROFILE": "production"})


def test_a_folder_of_another_profile_is_not_taken_for_the_one_that_is_asked_for(tmp_path: Path) -> None:
    here = write(tmp_path / "here" / ".env", {**SHOP, "BRCC_PROFILE": "production"})
    write(tmp_path / "config" / "staging.env", {**TOKEN, "BRCC_PROFILE": "staging"})
    with pytest.raises(SettingsError, match="of another profile: they are never mixed") as caught:
        load(tmp_path, {"BRCC_PROFILE": "staging"})
    assert str(here) in str(caught.value)
    assert load(tmp_path, {**HERE, "BRCC_PROFILE": "practice"}).host == "127.0.0.1:8123", "nothing of it is used"


def test_a_working_folder_that_is_gone_has_no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> Path:
        raise FileNotFoundError

    monkeypatch.setattr(Path, "cwd", gone)
    write(tmp_path / "config" / ".env", TOKEN)
    assert load_settings({}).configured


@pytest.mark.parametrize("name", ["BRCC_DATA_DIR", "BRCC_CA_FILE"])
def test_the_home_of_nobody_is_a_wrong_value(name: str) -> None:
    (problem, *_) = problems({**TOKEN, name: "~nobody-here/data"})
    assert problem.startswith(f"{name} begins in a folder that is not there: '~nobody")


def test_logs_stand_where_the_platform_keeps_them_unless_one_folder_is_wanted(tmp_path: Path) -> None:
    usual, chosen = settings_from(TOKEN), settings_from({**TOKEN, "BRCC_DATA_DIR": str(tmp_path)})
    assert usual.log_dir == platformdirs.user_log_path("brcc-tui", appauthor=False) / usual.shop
    assert chosen.log_dir == chosen.data_dir == tmp_path / chosen.shop


def test_a_working_directory_cannot_send_own_keys_elsewhere(tmp_path: Path) -> None:
    write(tmp_path / "config" / ".env", SHOP)
    write(tmp_path / "here" / ".env", {"WOOCOMMERCE_API_URL": "https://evil.example.org"})
    with pytest.raises(SettingsError, match="would receive WOOCOMMERCE_CONSUMER_KEY"):
        load(tmp_path)
    settings = load(tmp_path, SHOP)
    assert settings.host == "club.example.org"


@pytest.mark.parametrize("led", ["WORDPRESS_DB_PORT=3307", "WORDPRESS_DB_TLS=off", f"BRCC_CA_FILE={certifi.where()}"])
def test_nor_to_another_server_of_the_host_nor_unprotected(tmp_path: Path, led: str) -> None:
    write(tmp_path / "config" / ".env", DATABASE)
    write(tmp_path / "here" / ".env", led)
    with pytest.raises(SettingsError, match=f"{led.partition('=')[0]} .* WORDPRESS_DB_PASSWORD"):
        load(tmp_path)
    assert load(tmp_path, DATABASE).wordpress is not None
    write(tmp_path / "config" / ".env", DATABASE | dict([led.split("=")]))
    assert load(tmp_path).wordpress is not None, "both say the same"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param({**SHOP, "WOOCOMMERCE_API_URL": "http://club.example.org"}, "https://", id="http_off_loopback"),
        pytest.param({**SHOP, "WOOCOMMERCE_API_URL": "http://127.evil.example.org"}, "https://", id="looks_local"),
        pytest.param({**SHOP, "WOOCOMMERCE_API_URL": "http://localhost.evil.org"}, "https://", id="looks_local_too"),
        pytest.param({**SHOP, "WOOCOMMERCE_API_URL": "club.example.org"}, "begin with https://", id="no_scheme"),
        pytest.param({**SHOP, "WOOCOMMERCE_API_URL": "https://u:p@club.example.org"}, "plain address", id="userinfo"),
        pytest.param({**SHOP, "WOOCOMMERCE_API_URL": "https://@club.example.org"}, "plain address", id="no_user"),
        pytest.param({**SHOP, "WOOCOMMERCE_API_URL": "https://club.example.org?a=1"}, "plain address", id="query"),
        pytest.param({**SHOP, "WOOCOMMERCE_API_URL": "https://club.example.org/wp-json/wc/v2"}, "wc/v3", id="wc_v2"),
        pytest.param({**SHOP, "WOOCOMMERCE_API_URL": "https://[::1"}, "can be read", id="broken_address"),
        pytest.param({**SHOP, "WOOCOMMERCE_API_URL": "https://club.example.org:99999"}, "can be read", id="port"),
        pytest.param({**SHOP, "WOOCOMMERCE_API_URL": "https://https://club.example.org"}, "no address", id="twice"),
        pytest.param({**SHOP, "WOOCOMMERCE_API_URL": "https://club.example.org//en"}, "no address", id="two_slashes"),
        pytest.param({**SHOP, "WOOCOMMERCE_API_URL": "https://club..example.org"}, "a host", id="two_dots"),
        pytest.param({**SHOP, "WOOCOMMERCE_API_URL": "https://."}, "a host", id="dot_alone"),
        pytest.param({**SHOP, "WOOCOMMERCE_API_URL": f"https://{'a' * 64}.org"}, "a host", id="long_label"),
        pytest.param({**SHOP, "WOOCOMMERCE_API_URL": "https://club.example.org:0"}, "can be read", id="shop_port_zero"),
        pytest.param({**SHOP, "WOOCOMMERCE_WRITE_AUTH": "digest"}, "query, basic", id="write_auth"),
        pytest.param({**SHOP, "WOOCOMMERCE_CONSUMER_KEY": ""}, "missing", id="half_configured_shop"),
        pytest.param({**SHOP, "WOOCOMMERCE_CONSUMER_KEY": "ck a"}, "copy it again", id="space_in_key"),
        pytest.param({**SHOP, "WOOCOMMERCE_CONSUMER_KEY": '"ck_a"'}, "quotation marks", id="quoted_key"),
        pytest.param({**TOKEN, "PRIVATE_TOKEN": "'abc'"}, "quotation marks", id="quoted_token"),
        pytest.param({**TOKEN, "EVENTBRITE_API_URL": "http://api.example.org/v3"}, "https://", id="eventbrite_http"),
        pytest.param({**TOKEN, "EVENTBRITE_ORGANIZATION_ID": "club"}, "must be a number", id="organization"),
        pytest.param({"EVENTBRITE_ORGANIZATION_ID": "12"}, "PRIVATE_TOKEN is missing", id="half_configured_eventbrite"),
        pytest.param({**TOKEN, "PRIVATE_TOKEN": "a\nb"}, "control character", id="line_break"),
        pytest.param({**DATABASE, "WORDPRESS_DB_PORT": "65536"}, "from 1 to 65535", id="port_too_high"),
        pytest.param({**DATABASE, "WORDPRESS_DB_PORT": "3306x"}, "from 1 to 65535", id="port_text"),
        pytest.param({**DATABASE, "WORDPRESS_DB_HOST": "db:3306"}, "a host alone", id="host_and_port"),
        pytest.param({**DATABASE, "WORDPRESS_DB_HOST": "/run/db.sock"}, "a host alone", id="socket"),
        pytest.param({**DATABASE, "WORDPRESS_DB_HOST": "db..example.org"}, "a host alone", id="db_two_dots"),
        pytest.param({**DATABASE, "WORDPRESS_DB_HOST": f"{'a' * 64}.example.org"}, "a host alone", id="db_long_label"),
        pytest.param({**DATABASE, "WORDPRESS_DB_HOST": "1:2:3:x::"}, "a host alone", id="db_no_ipv6"),
        pytest.param({**DATABASE, "WORDPRESS_TABLE_PREFIX": "wp_; DROP"}, "letters, digits and _", id="prefix"),
        pytest.param({**DATABASE, "WORDPRESS_DB_TLS": "no"}, "required, ca, off", id="tls"),
        pytest.param({**DATABASE, "WORDPRESS_DB_TLS": "ca"}, "BRCC_CA_FILE must name the file", id="tls_ca"),
        pytest.param({**DATABASE, "WORDPRESS_DB_NAME": " "}, "WORDPRESS_DB_NAME is missing", id="half_a_database"),
        pytest.param({"BRCC_PROFILE": "prod"}, "practice, staging, production", id="profile"),
        pytest.param({**SHOP, "BRCC_PROFILE": "practice"}, "nobody may mistake them", id="practice_on_a_real_shop"),
        pytest.param({**DATABASE, "BRCC_PROFILE": "practice"}, "nobody may mistake them", id="practice_on_a_real_db"),
        pytest.param({"BRCC_ROOM_SEATS": "0"}, "from 1 to", id="no_seats"),
        pytest.param({"BRCC_ROOM_SEATS": "-5"}, "from 1 to", id="negative_seats"),
        pytest.param({"BRCC_TIMEZONE": "Toronto"}, "no time zone", id="zone"),
        pytest.param({"BRCC_TIMEZONE": "../../etc/passwd"}, "no time zone", id="zone_path"),
        pytest.param({"BRCC_TIMEZONE": "America"}, "no time zone", id="zone_folder"),
        pytest.param({"BRCC_SETTLE": "2,x"}, "must be seconds", id="settle_text"),
        pytest.param({"BRCC_SETTLE": "2,,60"}, "must be seconds", id="settle_gap"),
        pytest.param({"BRCC_SETTLE": "60,15"}, "must rise", id="settle_falls"),
        pytest.param({"BRCC_SETTLE": "nan"}, "must be seconds", id="settle_nan"),
        pytest.param({"BRCC_CA_FILE": "/nowhere/ca.pem"}, "cannot be read", id="ca_missing"),
        pytest.param({"BRCC_CA_FILE": __file__}, "no certificate", id="ca_other"),
    ],
)
def test_refused_with_one_line_that_names_it(values: dict[str, str], expected: str) -> None:
    lines = problems(values)
    assert any(expected in line for line in lines), lines
    assert all(line.split()[0] in {s.name for s in SETTINGS} for line in lines)
    assert "secret" not in "".join(lines)


def test_every_wrong_value_is_named_at_once() -> None:
    lines = problems({"BRCC_SETTLE": "x", "BRCC_ROOM_SEATS": "x", "BRCC_PROFILE": "x"})
    assert {line.split()[0] for line in lines} == {"BRCC_SETTLE", "BRCC_ROOM_SEATS", "BRCC_PROFILE"}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.9.9.9", "LocalHost"])
def test_loopback_needs_neither_https_nor_tls(host: str) -> None:
    values = {**SHOP, **DATABASE, "WOOCOMMERCE_API_URL": f"http://{host}:8080/"}
    values["WORDPRESS_DB_HOST"] = host.strip("[]")
    settings = settings_from({**values, "BRCC_PROFILE": "practice"})
    assert settings.woocommerce is not None
    assert settings.wordpress is not None
    assert settings.woocommerce.site == f"http://{host.lower()}:8080"
    assert settings.wordpress.tls is False
    required = settings_from({**values, "WORDPRESS_DB_TLS": "required"}).wordpress
    assert required is not None
    assert required.tls is True


@pytest.mark.parametrize("suffix", ["", "/", "/wp-json/wc/v3", "/wp-json/wc/v3/"])
def test_the_shops_address_with_or_without_the_api(suffix: str) -> None:
    shop = settings_from({**SHOP, "WOOCOMMERCE_API_URL": f"https://club.example.org/en{suffix}"}).woocommerce
    assert shop is not None
    assert (shop.site, shop.url) == ("https://club.example.org/en", "https://club.example.org/en/wp-json/wc/v3")


def test_identity_is_stable_safe_as_a_folder_and_holds_no_credential() -> None:
    both = settings_from({**SHOP, **TOKEN, "EVENTBRITE_ORGANIZATION_ID": "12"})
    assert both.shop == "production+www.eventbriteapi.com+12+club.example.org"
    assert both.data_dir.name == both.shop
    other_token = settings_from({**SHOP, "PRIVATE_TOKEN": "other", "EVENTBRITE_ORGANIZATION_ID": "12"})
    assert other_token.shop == both.shop
    staging = settings_from({**SHOP, **TOKEN, "EVENTBRITE_ORGANIZATION_ID": "12", "BRCC_PROFILE": "staging"})
    assert staging.shop != both.shop
    ported = settings_from({**SHOP, "WOOCOMMERCE_API_URL": "http://127.0.0.1:8080"}).shop
    assert ported == "production+127.0.0.1_8080"
    upper = settings_from({**SHOP, "WOOCOMMERCE_API_URL": "https://club.example.org/Shop"}).shop
    lower = settings_from({**SHOP, "WOOCOMMERCE_API_URL": "https://club.example.org/shop"}).shop
    assert len({upper.lower(), lower.lower()}) == 2
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789.+-_") for name in (upper, lower))


def test_saved_settings_are_private_and_read_back_exactly(tmp_path: Path) -> None:
    path = save_settings({**SHOP, **DATABASE, "WORDPRESS_DB_PASSWORD": """q'uo"te\\ #x ${A} end"""})
    assert path == tmp_path / "config" / ".env"
    if not ON_WINDOWS:
        assert path.stat().st_mode & 0o777 == 0o600
    loaded = load(tmp_path)
    assert loaded.wordpress is not None
    assert loaded.wordpress.password.reveal() == """q'uo"te\\ #x ${A} end"""
    save_settings({"WORDPRESS_DB_PASSWORD": "new", "BRCC_ROOM_SEATS": "60"})
    save_settings({"BRCC_ROOM_SEATS": ""})
    again = load(tmp_path)
    assert again.wordpress is not None
    assert again.wordpress.password.reveal() == "new"
    assert again.room_seats == 55
    assert list(path.parent.iterdir()) == [path]


def test_settings_that_cannot_be_saved_say_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot be"):
        save_settings(SHOP, tmp_path / "file" / ".env")


def test_the_example_file_follows_the_table(tmp_path: Path) -> None:
    example = Path(__file__).parents[1] / ".env.example"
    assert example.read_text() == env_example(), "write it anew: .env.example = settings_table.env_example()"
    write(tmp_path / "here" / ".env", env_example())
    assert (load(tmp_path).configured, load(tmp_path).warnings) == (False, ())


def test_loading_imports_no_heavy_library() -> None:
    code = (
        "import sys; from brcc_tui.settings_file import load_settings; load_settings({})\n"
        "print([m for m in ('pydantic','httpx','aiomysql','asyncio','textual','logging') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/")
    assert done.stdout.strip() == "[]"
