"""Many products with known ids, from the shop's list: a hundred in one request.

A product is left out, to be read individually, if the list has it without any of the requested meta, if it cannot be
parsed, or if its variations are missing; if the list is refused, all are.
"""

from __future__ import annotations

from collections.abc import Sequence

from brcc_tui.logs import log
from brcc_tui.model.catalogue import Product
from brcc_tui.platforms.errors import PlatformError
from brcc_tui.platforms.http.answer_shapes import Broken
from brcc_tui.platforms.http.client import Call, Http, all_or_first_failure
from brcc_tui.platforms.woocommerce.answers import has_meta, items_from
from brcc_tui.platforms.woocommerce.calls import PRODUCT, product_of_list
from brcc_tui.platforms.woocommerce.lists import IN_ORDER, WOOCOMMERCE_PAGE_SIZE


async def products_by_id(http: Http, product_ids: Sequence[int]) -> list[Product]:
    """Those of these products that the list tells in full, in whatever order."""
    pages = [
        product_ids[begin : begin + WOOCOMMERCE_PAGE_SIZE]
        for begin in range(0, len(product_ids), WOOCOMMERCE_PAGE_SIZE)
    ]
    found = await all_or_first_failure(_page(http, page) for page in pages)
    return [product for products in found for product in products if product.id in product_ids]


async def _page(http: Http, product_ids: Sequence[int]) -> list[Product]:
    params = {**PRODUCT, **IN_ORDER, "include": ",".join(map(str, product_ids))}
    about = f"a list of {len(product_ids)} products"
    try:
        items = items_from((await http.read(Call("products", about=about, params=params))).data)
    except (PlatformError, Broken) as wrong:
        log("products are read one by one", about=about, reason=str(wrong))
        return []
    found = await all_or_first_failure(product_of_list(http, item) for item in items if has_meta(item))
    return [product for product in found if isinstance(product, Product)]
