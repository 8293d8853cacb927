"""Whether settings that somebody is typing reach their service: nothing is saved and nothing is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from brcc_tui.logs import keep_secret, operation
from brcc_tui.operations.context import clock_of
from brcc_tui.operations.diagnostics.check import Check, Condition, timed
from brcc_tui.operations.diagnostics.service_checks import check_eventbrite, check_woocommerce, check_wordpress
from brcc_tui.settings import Settings, SettingsError
from brcc_tui.settings_checks import settings_from


async def try_service(values: Mapping[str, str], check: str) -> Check:
    """Try the service behind a health check (`eventbrite_api`, `woocommerce_api`, `wordpress_db`) with these values.

    Never raises: what is wrong with a value, or what the service says, is the check's detail. Settings that were found
    out on the way are the check's `found`, and the check is what came of trying with them.
    """
    tries = {"eventbrite_api": _eventbrite, "woocommerce_api": _woocommerce, "wordpress_db": _wordpress}
    found: dict[str, str] = {}
    with operation(f"try {check}"):
        while True:
            try:
                settings = settings_from({**values, **found})
            except SettingsError as app_error:
                return Check(Condition.DOWN, "; ".join(app_error.problems))
            keep_secret(*settings.secrets())
            check_made = await timed(check, tries[check](settings), clock_of(settings))
            if check_made.found.keys() <= found.keys():
                return replace(check_made, detail="; ".join([check_made.detail, *_found_in_words(found)]), found=found)
            found |= check_made.found


def _found_in_words(found: Mapping[str, str]) -> list[str]:
    return [f"{_WHY[name]}, so {name}={value} is kept with the settings" for name, value in found.items()]


_WHY: Final = {
    "WOOCOMMERCE_READ_AUTH": "the host strips the Authorization header",
    "WOOCOMMERCE_WRITE_METHOD": "the host blocks PUT requests",
}


def _nothing() -> Check:
    return Check(Condition.NOT_CONFIGURED, "not filled in")


async def _eventbrite(settings: Settings) -> Check:
    from brcc_tui.platforms.eventbrite.client import Eventbrite

    if settings.eventbrite is None:
        return _nothing()
    client = Eventbrite(settings.eventbrite, ca_file=settings.ca_file)
    try:
        return await check_eventbrite(client)
    finally:
        await client.close()


async def _woocommerce(settings: Settings) -> Check:
    from brcc_tui.platforms.woocommerce.client import WooCommerce

    if settings.woocommerce is None:
        return _nothing()
    client = WooCommerce(settings.woocommerce, ca_file=settings.ca_file)
    try:
        return await check_woocommerce(client)
    finally:
        await client.close()


async def _wordpress(settings: Settings) -> Check:
    from brcc_tui.platforms.wordpress.database import WordPress

    if settings.wordpress is None:
        return _nothing()
    client = WordPress(settings.wordpress, ca_file=settings.ca_file)
    try:
        check = await check_wordpress(client, settings.wordpress, clock_of(settings).now(), settings.timezone)
        lock = await client.lock(0)  # of a product that no shop has, as a change would
        await lock.release()
        return check
    finally:
        await client.close()
