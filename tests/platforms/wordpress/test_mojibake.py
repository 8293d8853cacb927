"""Sites whose tables hold UTF-8 under another name: their tickets are counted like any others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brcc_tui.model.counts import CellCount, CellTexts, ProductCells
from brcc_tui.platforms.wordpress.mojibake import CUT_AT, MojibakeReader, repaired, writings
from tests.mariadb.fixtures import Connect, connect, needs_server, running_server
from tests.mariadb.server import INSTALLED, MYSQL_9, Kind
from tests.mariadb.shop import Shop

__all__ = ["connect"]

pytestmark = pytest.mark.xdist_group("mariadb")

SLOT, DATE = "Späte Show – 20 h", "30 août 2026"
CELL = ("slotslotslotslotslot", "date")
KINDS = [pytest.param(kind, id=kind.group, marks=pytest.mark.xdist_group(kind.group)) for kind in (INSTALLED, MYSQL_9)]


@pytest.fixture(params=KINDS, scope="module")
def kind(request: pytest.FixtureRequest) -> Kind:
    needs_server(request.param)
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(params=["latin1 tables", "utf8mb4 tables", "told as it is"], scope="module")
def old_shop(request: pytest.FixtureRequest, kind: Kind) -> Iterator[Shop]:
    """A shop as WordPress fills it that takes itself for a speaker of Latin-1; and one that does not."""
    shop = Shop.make(running_server(kind), hpos=True)
    if request.param == "latin1 tables":
        for table in shop.tables:
            shop.sql(f"ALTER TABLE {table} CONVERT TO CHARACTER SET latin1")
    if request.param != "told as it is":
        shop.sql("SET NAMES latin1")
    yield shop
    shop.close()


async def test_its_tickets_and_orders_are_counted(connect: Connect, old_shop: Shop) -> None:
    old_shop.clear()
    product = old_shop.product()
    for _ in range(7):
        order = old_shop.order("wc-completed", {product: 1}, generated=True)
        old_shop.ticket(product, order, texts=(SLOT, DATE))
    old_shop.order("wc-on-hold", {product: 2}, places=[(product, *CELL)] * 2)  # by somebody named Zoë
    client = connect(old_shop.settings())
    cells = {CELL: CellTexts((SLOT, "other"), DATE)}
    for counts in (await client.counts([ProductCells(product, cells)], by_order=True),
                   await client.live_counts().look([ProductCells(product, cells)])):  # fmt: skip
        found = counts.products[product]
        assert found.cells == {CELL: CellCount(7, 2)}
        assert (found.orphans, found.unreadable_orders) == ((), ())


async def test_a_ticket_of_no_cell_has_its_own_text(connect: Connect, old_shop: Shop) -> None:
    old_shop.clear()
    product = old_shop.product()
    old_shop.ticket(product, None, ("gone", "gone"), texts=("Première", "1er août"), starts=2**31 - 1)
    found = (
        await connect(old_shop.settings()).counts([ProductCells(product, {CELL: CellTexts(("x",), "y")})])
    ).products
    (orphan,) = found[product].orphans
    assert (orphan.slot_text, orphan.date_text) == ("Première", "1er août")


async def test_what_the_tables_are_called_is_told(connect: Connect, kind: Kind) -> None:
    shop = Shop.make(running_server(kind), hpos=True)
    assert (await connect(shop.settings()).server()).character_set is None  # nothing is in them
    shop.product()
    assert (await connect(shop.settings()).server()).character_set == "utf8mb4"
    shop.sql("ALTER TABLE wp_postmeta CONVERT TO CHARACTER SET latin1")
    assert (await connect(shop.settings()).server()).character_set == "latin1"
    shop.close()


@given(st.text())
def test_both_writings_are_read_as_the_one_that_is_looked_for(text: str) -> None:
    reader = MojibakeReader([text])
    assert {reader.read(written) for written in writings(text)} == {text}


@given(st.text(st.characters(codec="utf-8"), max_size=40), st.integers(CUT_AT, 130))
def test_what_was_misread_is_mended_up_to_where_it_was_cut_off(text: str, length: int) -> None:
    misread = writings(text)[-1]
    assert repaired(misread) == text
    assert text.startswith(repaired(misread[:length]))


@pytest.mark.parametrize("text", ["août", "Ελλάδα", "– “so” 🎭", "Ã", "Ãx", "naïve Ÿ"])
def test_what_was_not_misread_stays_as_it_is(text: str) -> None:
    assert repaired(text) == text
    assert MojibakeReader([]).read(text) == text


def test_a_text_that_looks_misread_and_is_looked_for_is_itself() -> None:
    odd = writings("é")[1]
    assert MojibakeReader([odd]).read(odd) == odd
    assert MojibakeReader(["é", odd]).read(odd) == odd


async def test_its_dates_are_in_the_form_that_the_site_writes(connect: Connect, old_shop: Shop) -> None:
    old_shop.option("date_format", "Y年n月j日")
    site = await connect(old_shop.settings()).site()
    old_shop.fill_options()
    assert site.date_format == "Y年n月j日"
