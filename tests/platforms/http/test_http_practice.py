"""Both clients against the practice club's servers: everything is read, every write lands, faults mean what they do."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from brcc_tui.model.fooevents.booking_text import META_KEY, parse_booking_text
from brcc_tui.platforms.errors import RateLimited, Unclear
from brcc_tui.platforms.eventbrite.client import Eventbrite
from brcc_tui.platforms.woocommerce.client import WooCommerce
from brcc_tui.sandbox.faults import Fault, FaultKind
from brcc_tui.sandbox.serve import PracticeClub, PracticeOptions
from brcc_tui.settings import Settings
from brcc_tui.settings_checks import settings_from
from tests.platforms.scripted_shop import permit
from tests.practice import SHORT

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("test_http_practice")]


async def _at_once(seconds: float) -> None:
    """Waiting, without any."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def club() -> AsyncIterator[tuple[PracticeClub, Settings]]:
    started = PracticeClub(PracticeOptions(**SHORT))
    settings = settings_from(await started.start())
    yield started, settings
    await started.stop()


@pytest.fixture(autouse=True)
def _no_faults(club: tuple[PracticeClub, Settings]) -> None:
    club[0].faults.clear()


@pytest_asyncio.fixture(loop_scope="module")
async def eventbrite(club: tuple[PracticeClub, Settings]) -> AsyncIterator[Eventbrite]:
    settings = club[1].eventbrite
    assert settings is not None
    client = Eventbrite(settings, sleep=_at_once)
    yield client
    await client.close()


@pytest_asyncio.fixture(loop_scope="module")
async def woocommerce(club: tuple[PracticeClub, Settings]) -> AsyncIterator[WooCommerce]:
    settings = club[1].woocommerce
    assert settings is not None
    client = WooCommerce(settings, sleep=_at_once)
    yield client
    await client.close()


async def test_every_event_and_class_is_read_in_few_calls(
    club: tuple[PracticeClub, Settings], eventbrite: Eventbrite
) -> None:
    events, failed = await eventbrite.events()
    world = {spec.id: spec for spec in club[0].world.events if spec.status != "canceled" and not spec.is_series_parent}
    assert failed == []
    assert {event.id for event in events} == set(world)
    for event in events:
        assert {part.id for part in event.ticket_classes} == {spec.id for spec in world[event.id].classes}
    assert eventbrite.requests <= 2 + 1 + len(world) // 50 + 1
    assert eventbrite.calls_left is not None


async def test_every_product_and_variation_is_read(
    club: tuple[PracticeClub, Settings], woocommerce: WooCommerce
) -> None:
    products, failed = await woocommerce.products()
    world = {spec.id: spec for spec in club[0].world.products}
    assert failed == []
    assert {product.id for product in products} == set(world)
    for product in products:
        spec = world[product.id]
        assert {part.id for part in product.variations} == {part.id for part in spec.variations}
        assert "&amp;" not in product.name


async def test_permissions(eventbrite: Eventbrite, woocommerce: WooCommerce) -> None:
    assert (await eventbrite.membership()).chosen
    assert await woocommerce.write_permission()


async def test_a_write_is_seen_by_its_writer_while_others_see_the_old(
    club: tuple[PracticeClub, Settings], eventbrite: Eventbrite
) -> None:
    events, _ = await eventbrite.events()
    event = next(
        event for event in events if event.status == "live" and event.ticket_classes[0].category == "admission"
    )
    part = event.ticket_classes[0]
    assert part.capacity is not None
    written = await eventbrite.set_capacity(permit(f"eb:{event.id}:{part.id}"), event.id, part.id, part.capacity + 3)
    assert written.capacity == part.capacity + 3
    settings = club[1].eventbrite
    assert settings is not None
    other = Eventbrite(settings)
    try:
        assert (await eventbrite.event(event.id)).ticket_classes[0].capacity == part.capacity + 3
        assert (await other.event(event.id)).ticket_classes[0].capacity == part.capacity, "the negative control"
    finally:
        await other.close()
    hidden = await eventbrite.set_hidden(permit(f"eb:{event.id}:{part.id}"), event.id, part.id, True)
    assert hidden.hidden
    assert (await eventbrite.capacity_tier(event.id)).held_back == 0


async def test_a_booking_text_lands_to_the_letter(woocommerce: WooCommerce) -> None:
    products, _ = await woocommerce.products()
    product = next(product for product in products if len(parse_booking_text(product.text(META_KEY)).cells) > 20)
    (row,) = product.rows(META_KEY)
    booking = parse_booking_text(product.text(META_KEY))
    cell = next(cell for cell in booking.cells if isinstance(cell.remaining, int) and cell.remaining > 5)
    text = booking.edit({(cell.slot_id, cell.date_id): 4})
    listing = f"wc:{product.id}:{cell.slot_id}:{cell.date_id}"
    answer = await woocommerce.set_booking_text(permit(listing), product.id, row.id, text, frozenset({listing}))
    assert answer.rows(META_KEY) == ((await woocommerce.product(product.id)).rows(META_KEY))
    assert answer.text(META_KEY) == text != row.value


FAULTS: list[tuple[FaultKind, bool]] = [
    (FaultKind.HANG_BEFORE, False),
    (FaultKind.HANG_AFTER, True),
    (FaultKind.ERROR_BEFORE, False),
    (FaultKind.ERROR_AFTER, True),
    (FaultKind.HTML_BEFORE, False),
    (FaultKind.HTML_AFTER, True),
    (FaultKind.DROP_BEFORE, False),
    (FaultKind.DROP_AFTER, True),
    (FaultKind.BAD_GATEWAY, False),
    (FaultKind.MAINTENANCE, False),
]


@pytest.mark.parametrize(("kind", "done"), FAULTS, ids=[kind.value for kind, _ in FAULTS])
async def test_after_a_fault_the_outcome_is_unclear_and_the_write_was_sent_once(
    club: tuple[PracticeClub, Settings], woocommerce: WooCommerce, kind: FaultKind, done: bool
) -> None:
    products, _ = await woocommerce.products()
    product = next(product for product in products if product.manage_stock and product.stock_quantity)
    assert product.stock_quantity is not None
    before = woocommerce.requests
    club[0].faults.struck.clear()
    club[0].faults.add(Fault(kind, method="PUT", seconds=0.0, count=-1))
    with pytest.raises(Unclear):
        await woocommerce.set_stock(permit(f"wc:{product.id}"), product.id, product.stock_quantity + 1)
    assert woocommerce.requests == before + 1
    assert club[0].faults.struck == {kind: 1}
    club[0].faults.clear()
    now = (await woocommerce.product(product.id)).stock_quantity
    assert now == product.stock_quantity + (1 if done else 0)


async def test_a_read_gets_through_passing_faults(
    club: tuple[PracticeClub, Settings], woocommerce: WooCommerce, eventbrite: Eventbrite
) -> None:
    for kind in (FaultKind.DROP_BEFORE, FaultKind.BAD_GATEWAY):
        club[0].faults.add(Fault(kind, method="GET", path="*/products", count=1))
        await woocommerce.check()
        club[0].faults.add(Fault(kind, method="GET", path="*/organizations/", count=1))
        await eventbrite.check()
    assert club[0].faults.faults == [], "each was met"


async def test_too_many_calls(club: tuple[PracticeClub, Settings], eventbrite: Eventbrite) -> None:
    club[0].faults.add(Fault(FaultKind.TOO_MANY, path="/v3/*", seconds=600.0))
    with pytest.raises(RateLimited) as caught:
        await eventbrite.check()
    assert caught.value.seconds is not None
    assert caught.value.seconds > 0
