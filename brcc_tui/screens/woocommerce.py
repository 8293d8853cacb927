"""Products, slots and dates."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType

from brcc_tui.model.listing import Platform
from brcc_tui.model.listing_id import is_of_the_shop, parent_of
from brcc_tui.screens.manager import Manager


class WooCommerceManager(Manager):
    """What the club's own shop sells."""

    NAME = "woocommerce"
    PLATFORM = Platform.WOOCOMMERCE
    BINDINGS: ClassVar[list[BindingType]] = [Binding("z", "heal", "put right", show=False)]

    def action_heal(self) -> None:
        """Every date of the product that the shop itself has moved, back to what was set here: one plan."""
        subject = self.subject()
        if is_of_the_shop(subject):
            product = parent_of(subject)
            self.host.review("Reading what the shop itself has moved", partial(self.host.desk.plan_heal, product))
        else:
            self.host.show_status("This key is for a product or one of its dates: go to one first.")


SCREEN = WooCommerceManager
