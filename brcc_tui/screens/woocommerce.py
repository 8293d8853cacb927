"""Products, slots and dates."""

from __future__ import annotations

from brcc_tui.model.listing import Platform
from brcc_tui.screens.manager import Manager


class WooCommerceManager(Manager):
    """What the club's own shop sells."""

    NAME = "woocommerce"
    PLATFORM = Platform.WOOCOMMERCE


SCREEN = WooCommerceManager
