"""What Eventbrite's own words of a refusal come to: a token that is none, an expansion that it does not give."""

from __future__ import annotations

import pytest

from brcc_tui.platforms.errors import AccessDenied
from tests.platforms.eventbrite.recorded_eventbrite import client
from tests.platforms.scripted_shop import permit, reply


@pytest.mark.parametrize("status", [400, 401])
@pytest.mark.parametrize("code", ["INVALID_AUTH", "INVALID_AUTH_HEADER", "NO_AUTH", "NOT_AUTH"])
async def test_a_token_that_is_none_is_the_settings_to_correct(status: int, code: str) -> None:
    said = {"status_code": status, "error": code, "error_description": "This is not a token."}
    eventbrite, _ = client(lambda request: reply(said, status))
    with pytest.raises(AccessDenied, match="Check PRIVATE_TOKEN"):
        await eventbrite.events()
    with pytest.raises(AccessDenied, match="Check PRIVATE_TOKEN"):
        await eventbrite.capacity_tier("5")
    with pytest.raises(AccessDenied, match="Check PRIVATE_TOKEN"):
        await eventbrite.set_capacity(permit("eb:11:22"), "11", "22", 60)
