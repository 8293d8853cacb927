"""Whatever a host sets its server to: the numbers are right, or the program says that it cannot count."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from brcc_tui.model.counts import CellTexts, ProductCells
from brcc_tui.platforms.errors import DatabaseError
from brcc_tui.platforms.wordpress import session_variables as variables
from brcc_tui.platforms.wordpress.database import WordPress
from brcc_tui.platforms.wordpress.pool import Session
from brcc_tui.platforms.wordpress.statement import MARK, Statement
from tests.mariadb.fixtures import Connect, connect, hpos_shop, on_every_server
from tests.mariadb.shop import Shop

__all__ = ["connect", "hpos_shop"]

pytestmark = pytest.mark.xdist_group("mariadb")

CELL = ("slotslotslotslotslot", "date'\\_%")
TEXTS = CellTexts(("8pm — Späte Show",), "30 août 2026")
SOLD, HELD = 5, 3

DATABASE_WIDE = {
    "a limit of rows": "sql_select_limit = 1",
    "short texts": "group_concat_max_len = 4",
    "few rows joined": "max_join_size = 2",
    "read committed": "transaction_isolation = 'READ-COMMITTED'",
    "every mode": "sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES,ONLY_FULL_GROUP_BY,TRADITIONAL,PAD_CHAR_TO_FULL_LENGTH'",
    "no autocommit": "autocommit = 0",
    "transactions that go on": "completion_type = 1",
    "read only": "read_only = 1",
}
"""Set for all new sessions: what is done against us, as `SET GLOBAL` takes it."""

EACH_SESSION = {
    "a limit of rows": "SET SESSION sql_select_limit = 1",
    "short texts": "SET SESSION group_concat_max_len = 4",
    "few rows joined": "SET SESSION max_join_size = 2",
    "no big selects": "SET SESSION max_join_size = 2, sql_big_selects = 0",
    "another character set": "SET NAMES latin1",
    "another character set of answers": "SET character_set_results = latin1",
    "answers of fewer letters": "SET character_set_results = utf8mb3",
    "no character set of answers": "SET character_set_results = NULL",
    "another character set of questions": "SET character_set_client = latin1",
    "a character set of two bytes": "SET NAMES gbk",
    "no autocommit": "SET SESSION autocommit = 0",
    "transactions that go on": "SET SESSION completion_type = 1",
    "connections that end": "SET SESSION completion_type = 2",
    "a clock that stands still": "SET SESSION timestamp = 1000000000",
    "no backslashes": "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES'",
    "dirty reads": "SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED",
    "another zone": "SET SESSION time_zone = '+10:00'",
}
"""What `init_connect` runs in each session of an account that is no administrator's."""

HARMLESS = {"no backslashes", "connections that end", "dirty reads", "another zone", "no character set of answers"}
"""Settings that change nothing even where nothing is set against them."""


@dataclass(frozen=True)
class Seen:
    """What one client makes of the shop: numbers, and whether it sees what has changed since."""

    sold: int
    held: int
    by_order: int
    editors: tuple[int, ...]
    clock_runs: bool


def fill(shop: Shop) -> int:
    """A product with tickets by ids and by texts, places of waiting orders, and somebody at work in the editor."""
    product = shop.product()
    for number in range(SOLD):
        order = shop.order("wc-completed", {product: 1}, generated=True)
        shop.ticket(product, order, CELL if number else None, texts=(TEXTS.slot_texts[0], TEXTS.date_text))
    for _ in range(HELD):
        shop.order("wc-on-hold", {product: 1}, places=[(product, *CELL)])
    shop.meta(product, "_edit_lock", f"{shop.now() - 20}:1")
    return product


async def look(shop: Shop, client: WordPress, product: int) -> Seen:
    """Count, then read the editor's lock on the same kept connection before and after it is gone."""
    counts = await client.counts([ProductCells(product, {CELL: TEXTS})], by_order=True)
    found = counts.products[product]
    before = len(await client.editors([product]))
    shop.sql("UPDATE wp_postmeta SET meta_key = '_edit_last' WHERE meta_key = '_edit_lock'")
    after = len(await client.editors([product]))
    shop.sql("UPDATE wp_postmeta SET meta_key = '_edit_lock' WHERE meta_key = '_edit_last'")
    near = abs(shop.now() - counts.taken_at.timestamp()) < 60
    return Seen(found.cells[CELL].sold, found.cells[CELL].held, len(found.orders), (before, after), near)


RIGHT = Seen(SOLD, HELD, SOLD + HELD, (1, 0), True)


@contextlib.contextmanager
def against_us(shop: Shop, *statements: str) -> Iterator[None]:
    """The server's settings while it lasts."""
    changed = [statement.split("=")[0].split()[-1] for statement in statements]
    before = {name: shop.rows(f"SELECT @@GLOBAL.{name}")[0][0] for name in changed}
    shop.server.run(*statements)
    try:
        yield
    finally:
        with contextlib.closing(shop.server.connect()) as connection, connection.cursor() as cursor:
            for name, value in before.items():
                cursor.execute(f"SET GLOBAL {name} = %s", (value,))


@on_every_server
@pytest.mark.parametrize("setting", DATABASE_WIDE.values(), ids=DATABASE_WIDE)
async def test_a_servers_defaults_change_nothing(connect: Connect, hpos_shop: Shop, setting: str) -> None:
    product = fill(hpos_shop)
    if not hpos_shop.server.kind.mysql:
        setting = setting.replace("transaction_isolation", "tx_isolation")
    with against_us(hpos_shop, f"SET GLOBAL {setting}"):
        assert await look(hpos_shop, connect(hpos_shop.settings()), product) == RIGHT


@on_every_server
@pytest.mark.parametrize("setting", EACH_SESSION.values(), ids=EACH_SESSION)
async def test_what_is_set_in_each_session_changes_nothing(connect: Connect, hpos_shop: Shop, setting: str) -> None:
    product = fill(hpos_shop)
    with against_us(hpos_shop, f"SET GLOBAL init_connect = {json.dumps(setting)}"):
        assert await look(hpos_shop, connect(hpos_shop.settings()), product) == RIGHT


@pytest.mark.parametrize("name", sorted(EACH_SESSION.keys() - HARMLESS))
async def test_each_would_do_harm_if_nothing_were_set(
    connect: Connect, hpos_shop: Shop, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The test above shows something: without the program's own settings, numbers are wrong or refused."""

    async def prepare(session: Session, _silence: int | None = None) -> None:
        await session.rows(Statement("SET SESSION TRANSACTION READ ONLY"))
        await session.rows(Statement(f"SET {MARK} = %s", (session.mark,)))

    product = fill(hpos_shop)
    monkeypatch.setattr(Session, "prepare", prepare)
    with against_us(hpos_shop, f"SET GLOBAL init_connect = {json.dumps(EACH_SESSION[name])}"):
        try:
            seen = await look(hpos_shop, connect(hpos_shop.settings()), product)
        except DatabaseError as problem:
            assert problem.next_step  # noqa: PT017
        else:
            assert seen != RIGHT


@on_every_server
async def test_a_limit_of_rows_is_found_whatever_sets_it(
    connect: Connect, hpos_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a proxy between would: nothing in the session tells of it."""
    product = fill(hpos_shop)
    really = Session.prepare

    async def prepare(session: Session, _silence: int | None = None) -> None:
        await really(session)
        await session.rows(Statement("SET SESSION sql_select_limit = 1"))

    monkeypatch.setattr(Session, "prepare", prepare)
    client = connect(hpos_shop.settings())
    for asked in (client.counts([ProductCells(product, {CELL: TEXTS})]), client.site(), client.editors([product])):
        with pytest.raises(DatabaseError, match="only a part of its answer"):
            await asked


@on_every_server
async def test_a_server_that_swallows_what_is_set(
    connect: Connect, hpos_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(variables, "assignments", lambda _limit: "group_concat_max_len = 1048576")
    with (
        against_us(hpos_shop, 'SET GLOBAL init_connect = "SET SESSION completion_type = 1"'),
        pytest.raises(DatabaseError, match=r"did not take the settings .*completion_type"),
    ):
        await connect(hpos_shop.settings()).check()


@on_every_server
async def test_letters_that_are_none_are_told_in_words(connect: Connect, hpos_shop: Shop) -> None:
    client = connect(hpos_shop.settings())
    async with client._connections.session() as session:
        await session.rows(Statement("SET character_set_results = latin1"))
        with pytest.raises(DatabaseError, match="could not be read"):
            await session.rows(Statement("SELECT 'é'"))
        assert session.closed  # the rest of that answer is nobody's
    async with client._connections.session() as session:
        assert await session.rows(Statement("SELECT 'é'")) == [("é",)]


def test_a_setting_that_is_shown_otherwise_or_not_at_all_is_wrong() -> None:
    shown: dict[str, Any] = {name: value for name, value in variables.wanted().items() if not name.startswith("tx_")}
    assert variables.wrong(shown) == []
    assert variables.wrong(shown | {"tx_isolation": "REPEATABLE-READ", "tx_read_only": "ON"}) == []
    assert variables.wrong(shown | {"tx_read_only": "OFF"}) == ["tx_read_only"]
    for name in shown:
        assert name in variables.wrong({key: value for key, value in shown.items() if key != name})
        assert variables.wrong(shown | {name: "other"}) == [name]
