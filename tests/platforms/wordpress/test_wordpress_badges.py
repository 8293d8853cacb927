"""Two desks on two computers: who has to wait is told the operator's name, by a server that takes no writes."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from brcc_tui.platforms.wordpress import badges, locks
from brcc_tui.platforms.wordpress.locks import LockedElsewhere
from tests.mariadb.fixtures import Connect, connect, hpos_shop, on_every_server
from tests.mariadb.shop import Shop

__all__ = ["connect", "hpos_shop"]

pytestmark = pytest.mark.xdist_group("mariadb")


def owners(name: str, of: int = 7, asked_of: int = 7) -> list[int | None]:
    held = set(badges.worn(of, name))
    return [of if lock in held else None for lock in badges.locks_to_ask(asked_of)]


@given(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=12))
@example("\ufffd")
def test_a_name_is_read_as_it_was_spelled(name: str) -> None:
    told = badges.read(7, owners(name))
    assert name.startswith(told)
    assert told == name or len(name.encode()) > 26
    assert all(len(lock) <= locks.LOCK_NAME_LIMIT for lock in badges.locks_to_ask(2**64))


def test_what_is_half_spelled_or_another_ones_is_no_name() -> None:
    whole = owners("Ana")
    assert badges.read(7, whole) == "Ana"
    assert badges.read(7, [*whole[:-1], None]) == badges.read(8, whole) == badges.read(7, []) == ""
    assert badges.worn(7, "\n\x1b") == ()
    assert badges.read(7, owners("Zoë Ďurčanská-Østergård the 3rd")) == "Zoë Ďurčanská-Østergård"


@on_every_server
async def test_who_has_to_wait_is_told_who_it_is(
    connect: Connect, hpos_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "BADGE_SECONDS", 0.05)
    anna, bob = (connect(hpos_shop.settings(), site="shop.example") for _ in range(2))
    lock, other = await anna.lock(41, "Anna Ďurčanská"), await anna.lock(42)
    for _ in range(100):
        await asyncio.sleep(0.05)
        with pytest.raises(LockedElsewhere) as raised:
            await bob.lock(41)
        if raised.value.operator:
            break
    assert str(raised.value).startswith("product 41: being changed by Anna Ďurčanská at 127.0.0.1, last heard of")
    with pytest.raises(LockedElsewhere, match="being changed by somebody else at"):
        await bob.lock(42)
    assert await lock.still_ours()
    await lock.release()
    await other.release()
    again = await bob.lock(41, "Bob")
    assert await again.still_ours()
    await again.release()
    held = hpos_shop.rows("SELECT IS_USED_LOCK(%s)", badges.locks_to_ask(raised.value.connection or 0)[-1])
    assert list(held) == [(None,)], "a badge goes with its connection"


@on_every_server
async def test_a_lock_that_is_let_go_at_once_wears_none(connect: Connect, hpos_shop: Shop) -> None:
    anna = connect(hpos_shop.settings(), site="shop.example")
    before = anna.queries
    lock = await anna.lock(41, "Anna")
    taken = anna.queries - before
    await lock.release()
    nobody = await anna.lock(41)
    assert anna.queries - before - taken - 1 == taken, "a name costs no question on the way to a write"
    await nobody.release()
