"""What operations work with: the clients and stores of one pair of shops, handed in, never looked up."""

from __future__ import annotations

from dataclasses import dataclass

from brcc_tui.operations.clock import Clock
from brcc_tui.platforms.eventbrite import Eventbrite
from brcc_tui.platforms.woocommerce import WooCommerce
from brcc_tui.platforms.wordpress import WordPress
from brcc_tui.settings import Settings
from brcc_tui.store.catalogue_cache import CatalogueCache
from brcc_tui.store.house import House
from brcc_tui.store.journal import Journal
from brcc_tui.store.locks import LocalLocks


@dataclass(frozen=True, slots=True)
class Club:
    """The collaborators of every operation. A platform that is None is not configured."""

    settings: Settings
    eventbrite: Eventbrite | None
    woocommerce: WooCommerce | None
    wordpress: WordPress | None
    cache: CatalogueCache
    journal: Journal
    house: House
    locks: LocalLocks
    clock: Clock

    async def close(self) -> None:
        """Give back every connection and file."""
        for client in (self.eventbrite, self.woocommerce, self.wordpress):
            if client is not None:
                await client.close()
        for kept in (self.cache, self.journal, self.house):
            kept.close()


def open_club(settings: Settings) -> Club:
    """Make the collaborators that the settings ask for; nothing is connected yet."""
    raise NotImplementedError
