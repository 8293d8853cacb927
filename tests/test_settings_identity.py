"""One pair of shops has one folder, however somebody writes its address: a journal, rooms and locks of its own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from brcc_tui.operations.context import open_journal
from brcc_tui.settings import Settings
from brcc_tui.settings_checks import settings_from
from tests.systems import keep_from_looking

EVENTBRITE = {"PRIVATE_TOKEN": "token"}
KEYS = {"WOOCOMMERCE_CONSUMER_KEY": "ck_1", "WOOCOMMERCE_CONSUMER_SECRET": "cs_1", "PRIVATE_TOKEN": "token"}
WRITTEN = [
    "https://Club.Example.ORG",
    "HTTPS://club.example.org/",
    "https://club.example.org:443",
    "https://club.example.org.",
    "https://club.example.org./wp-json/wc/v3/",
    " https://club.example.org:443/wp-json/wc/v3 ",
]


def settings(folder: Path, site: str, **more: str) -> Settings:
    return settings_from({**KEYS, "WOOCOMMERCE_API_URL": site, "BRCC_DATA_DIR": str(folder), **more})


@pytest.mark.parametrize("written", WRITTEN)
def test_the_same_address_written_otherwise_is_the_same_shop(written: str, tmp_path: Path) -> None:
    plain, found = settings(tmp_path, "https://club.example.org"), settings(tmp_path, written)
    assert (found.shop, found.data_dir, found.woocommerce) == (plain.shop, plain.data_dir, plain.woocommerce)
    assert found.host == "club.example.org"


def test_so_it_is_of_eventbrite(tmp_path: Path) -> None:
    plain = settings(tmp_path, "https://club.example.org")
    found = settings(tmp_path, "https://club.example.org", EVENTBRITE_API_URL="https://WWW.eventbriteapi.com:443/v3/")
    assert (found.shop, found.eventbrite) == (plain.shop, plain.eventbrite)


@pytest.mark.parametrize(
    "other", ["https://www.club.example.org", "https://club.example.org:8443", "https://club.example.org/Shop"]
)
def test_another_address_is_another_shop(other: str, tmp_path: Path) -> None:
    assert settings(tmp_path, other).shop != settings(tmp_path, "https://club.example.org").shop


def test_an_address_of_this_computer_keeps_its_number_and_port() -> None:
    here = settings_from({**KEYS, "WOOCOMMERCE_API_URL": "http://[::1]:8080/"}).woocommerce
    assert here is not None
    assert here.site == "http://[::1]:8080"


def test_a_folder_that_was_named_as_the_address_was_written_is_used_on(tmp_path: Path) -> None:
    before = tmp_path / "production+www.eventbriteapi.com+club.example.org_443"
    before.mkdir()
    assert settings(tmp_path, "https://club.example.org:443").data_dir == before
    (plain := settings(tmp_path, "https://club.example.org").data_dir).mkdir()
    assert plain != before
    assert settings(tmp_path, "https://club.example.org:443").data_dir == before, "what is kept there is not lost"


def test_where_nobody_may_look_the_address_is_the_same_shops_still(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever opens a file there says so: every command ended as unexpected."""
    plain = settings(tmp_path, "https://club.example.org").data_dir
    keep_from_looking(monkeypatch, tmp_path)
    assert settings(tmp_path, "https://club.example.org:443").data_dir == plain


def change(there: Settings) -> None:
    journal = open_journal(there)
    journal.begin(
        actor="Anna", listing="eb:1:2", show=None, action="set", before=3, after=4, reason="", digest="",
        at=dt.datetime(2027, 5, 12, tzinfo=dt.UTC),
    )  # fmt: skip
    journal.close()


def only_look(there: Settings) -> None:
    journal = open_journal(there)
    journal.check_writable()
    journal.close()


@pytest.mark.parametrize(
    "more",
    [
        {"EVENTBRITE_ORGANIZATION_ID": "42"},
        {"WOOCOMMERCE_API_URL": "https://club.example.org", **KEYS},
        {"EVENTBRITE_ORGANIZATION_ID": "42", "WOOCOMMERCE_API_URL": "https://club.example.org", **KEYS},
    ],
    ids=["an organization", "the shop", "both"],
)
def test_what_was_recorded_before_more_was_set_is_missed(tmp_path: Path, more: dict[str, str]) -> None:
    """Another folder begins then, which knows nothing of what never ended, was closed, or is kept by the house."""
    folder = {"BRCC_DATA_DIR": str(tmp_path)}
    before = settings_from({**EVENTBRITE, **folder})
    assert settings_from({**EVENTBRITE, **more, **folder}).warnings == ()
    only_look(before)
    assert settings_from({**EVENTBRITE, **more, **folder}).warnings == (), "nothing was changed there"
    change(before)
    now = settings_from({**EVENTBRITE, **more, **folder})
    only_look(now)
    (warning,) = settings_from({**EVENTBRITE, **more, **folder}).warnings
    assert (str(before.data_dir) in warning, str(now.data_dir) in warning) == (True, True)
    assert settings_from({**EVENTBRITE, **folder}).warnings == (), "whoever goes back finds it there"
    change(now)
    assert settings_from({**EVENTBRITE, **more, **folder}).warnings == (), "somebody works with this one"


@pytest.mark.parametrize("site", ["https://club.example.org", "https://club.example.org/Shop"])
@pytest.mark.parametrize(
    "lost",
    [
        {"PRIVATE_TOKEN", "EVENTBRITE_ORGANIZATION_ID"},
        {"EVENTBRITE_ORGANIZATION_ID"},
        {"WOOCOMMERCE_API_URL", "WOOCOMMERCE_CONSUMER_KEY", "WOOCOMMERCE_CONSUMER_SECRET"},
    ],
    ids=["eventbrite", "an organization", "the shop"],
)
def test_what_was_recorded_while_more_was_set_is_missed(tmp_path: Path, lost: set[str], site: str) -> None:
    """A job that lacks a setting looks into a journal of its own: it must not say that every change has ended."""
    whole = {
        **KEYS, "WOOCOMMERCE_API_URL": site, "EVENTBRITE_ORGANIZATION_ID": "42", "BRCC_DATA_DIR": str(tmp_path)
    }  # fmt: skip
    part = {name: text for name, text in whole.items() if name not in lost}
    before = settings_from(whole)
    only_look(before)
    assert settings_from(part).warnings == (), "nothing was changed there"
    change(before)
    (warning,) = settings_from(part).warnings
    assert f"while more was set stands in {before.data_dir}," in warning
    assert settings_from(whole).warnings == ()
    change(settings_from(part))
    assert settings_from(part).warnings == (), "somebody works with this one"


@pytest.mark.parametrize("more", [{}, {"EVENTBRITE_ORGANIZATION_ID": "42"}], ids=["as much", "more"])
def test_another_shops_record_is_missed_by_nobody(tmp_path: Path, more: dict[str, str]) -> None:
    change(settings(tmp_path, "https://other.example.org", **more))
    assert settings(tmp_path, "https://club.example.org").warnings == ()


def test_a_record_that_nobody_can_read_may_hold_anything(tmp_path: Path) -> None:
    before = settings(tmp_path, "https://club.example.org", EVENTBRITE_ORGANIZATION_ID="42")
    before.data_dir.mkdir()
    (before.data_dir / "journal.sqlite").write_bytes(b"no journal")
    (warning,) = settings(tmp_path, "https://club.example.org").warnings
    assert str(before.data_dir) in warning


@pytest.mark.parametrize(
    ("site", "name"),
    [
        ("https://club.example.org/Shop", "production+www.eventbriteapi.com+club.example.org_shop-a5f58fa8"),
        (
            f"https://club.example.org/{'shop-' * 20}",
            f"production+www.eventbriteapi.com+club.example.org_{'shop-' * 8}-6fcbe9fd",
        ),
    ],
)
def test_a_name_stays_what_it_was(tmp_path: Path, site: str, name: str) -> None:
    """By another one there is another journal, which knows of nothing that was changed or never ended."""
    assert settings(tmp_path, site).shop == name
