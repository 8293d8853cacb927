"""The catalogue as last refreshed, in SQLite: it never expires, and is replaced in one transaction.

Opening it and reading what the first paint needs is a matter of milliseconds and imports no pydantic.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from brcc_tui.model.catalogue import Catalogue, Failure
from brcc_tui.model.listing import Listing


class CatalogueCache:
    """One file; rows of listings for the screens, and the shops' own structure for explaining them."""

    def __init__(self, path: Path) -> None:
        raise NotImplementedError

    def replace(self, catalogue: Catalogue, listings: Iterable[Listing], failed: Iterable[Failure]) -> None:
        """Put a new catalogue in the place of the old one: wholly, or not at all."""
        raise NotImplementedError

    def read_at(self) -> dt.datetime | None:
        """When the catalogue was read; None when there is none yet."""
        raise NotImplementedError

    def listings(self) -> tuple[Listing, ...]:
        """All listings, with the readings seen last (source `cache`)."""
        raise NotImplementedError

    def failed(self) -> tuple[Failure, ...]:
        """What could not be read at the last refresh."""
        raise NotImplementedError

    def catalogue(self) -> Catalogue | None:
        """The shops' own structure."""
        raise NotImplementedError

    def remember(self, listings: Iterable[Listing]) -> None:
        """Keep newer readings of listings that are in the cache."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the file."""
        raise NotImplementedError
