"""The zone in which shows are told may be another than that of the site's own clock, which is not lost for that."""

from __future__ import annotations

from dataclasses import replace

from brcc_tui.model.catalogue import Site
from brcc_tui.operations.context import site_in_zone
from brcc_tui.settings import Settings
from brcc_tui.settings_checks import settings_from
from brcc_tui.store.structure import pack, unpack

SITE = Site("F j, Y", "g:i a", "-05:00")


def settings(zone: str = "") -> Settings:
    return settings_from({"BRCC_PROFILE": "staging"} | ({"BRCC_TIMEZONE": zone} if zone else {}))


def test_the_sites_own_clock_is_kept_beside_the_zone_of_its_shows() -> None:
    told = site_in_zone(settings("America/Toronto"), SITE)
    assert told == replace(SITE, zone="America/Toronto", clock_zone="-05:00")
    assert told is not None
    kept = unpack(Site, pack(told))
    assert site_in_zone(settings("Europe/Paris"), kept) == replace(told, zone="Europe/Paris")
    assert site_in_zone(settings(), SITE) == SITE


def test_of_a_site_that_nobody_asked_the_shows_zone_is_all_there_is() -> None:
    assert site_in_zone(settings("Europe/Paris"), None) == Site("", "", "Europe/Paris")
    assert site_in_zone(settings(), None) is None
