"""The private names of the database drivers that the program relies on are there."""

from __future__ import annotations

import pytest

from brcc_tui.platforms.wordpress.wire import PRIVATE_NAMES


@pytest.mark.parametrize("owner", PRIVATE_NAMES, ids=lambda owner: owner.__name__)
async def test_the_names_are_still_there(owner: type) -> None:
    there = (owner, owner()) if owner.__name__ == "Connection" else (owner,)
    missing = [name for name in PRIVATE_NAMES[owner] if not any(hasattr(one, name) for one in there)]
    assert missing == [], "look what took its place before accepting this version"
