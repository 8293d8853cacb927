"""The practice club as the tests of the whole program see it: its settings, what is true in it, what goes wrong."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import os
import shutil
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from brcc_tui.cli import main
from brcc_tui.model.shows.ending import over_before
from brcc_tui.store.journal import Journal
from brcc_tui.store.journal_entries import Entry
from tests.days import practice_now

Listing = Mapping[str, Any]


class Shops:
    """Both shops and the database of a practice club. `folder` holds a catalogue that was read once."""

    def __init__(self, values: Mapping[str, str], folder: Path) -> None:
        self.values = values
        self._folder = folder
        self.command(folder, "refresh")
        self.listings: Sequence[Listing] = json.loads(self.command(folder, "listings", "--json"))["listings"]
        self._starts = [
            (dt.datetime.fromisoformat(listing["starts_at"]), listing)
            for listing in self.listings
            if listing["starts_at"] and listing["title"] != "Free Drink"
        ]

    def data(self, folder: Path) -> Path:
        """A data folder of its own, with the catalogue in it and nothing in its journal."""
        return shutil.copytree(self._folder, folder / "data")

    @property
    def profile(self) -> dict[str, str]:
        """What nobody is asked for: that this is a practice club, and what time it is there."""
        return {name: self.values[name] for name in ("BRCC_PROFILE", "BRCC_PRACTICE_CLOCK")}

    def environment(self, data: Path) -> dict[str, str]:
        """The settings that point the program at these shops."""
        return {**self.values, "BRCC_DATA_DIR": str(data), "BRCC_SETTLE": "0.05,0.1"}

    def command(self, data: Path, *arguments: str, user: str = "") -> str:
        """Run a command in this process, as that user; what it prints."""
        before, out = dict(os.environ), io.StringIO()
        os.environ.update(self.environment(data) | ({"LOGNAME": user} if user else {}))
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
                main(list(arguments))
        finally:
            os.environ.clear()
            os.environ.update(before)
        return out.getvalue()

    def change(self, data: Path, listing: str, by: int, *, user: str, reason: str) -> None:
        """Somebody changes a capacity from the command line."""
        ask = ("set", listing, f"{by:+}", "--json", "--reason", reason)
        digest = json.loads(self.command(data, *ask, user=user))["digest"]
        done = json.loads(self.command(data, *ask, "--confirm", digest, user=user))
        assert done["changes"][0]["outcome"] == "settled", done

    def control(self, method: str, path: str, /, **body: Any) -> Any:
        """Ask the practice club's own endpoint."""
        request = urllib.request.Request(
            f"{self.values['BRCC_PRACTICE_URL']}/{path}",
            method=method,
            data=json.dumps(body).encode() if body else None,
            headers={"X-Practice-Token": self.values["BRCC_PRACTICE_TOKEN"]},
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def left(self, listing: str) -> int:
        """How many places the shop itself would still sell."""
        return int(self.control("GET", f"state?listing={listing}")["left"])

    def left_together(self, listings: Iterable[str]) -> int:
        """How many places the shops would sell of these in all: classes of one event may share what it has left."""
        left, room = Counter[str](), {}
        for listing in listings:
            state = self.control("GET", f"state?listing={listing}")
            whole = listing.rpartition(":")[0] if listing.startswith("eb:") else listing
            left[whole] += int(state["left"])
            room[whole] = state.get("left_in_room")
        return sum(many if room[whole] is None else min(many, max(0, room[whole])) for whole, many in left.items())

    @contextlib.contextmanager
    def fault(self, kind: str, **fields: Any) -> Iterator[None]:
        """Something goes wrong for as long as the block lasts."""
        self.control("POST", "faults", kind=kind, **fields)
        try:
            yield
        finally:
            self.control("DELETE", "faults")

    def fault_of_the_write(self, kind: str, listing: Listing, **fields: Any) -> contextlib.AbstractContextManager[None]:
        """The same at the request that changes this listing of the web shop, and at no other PUT."""
        product = listing["id"].split(":")[1]
        return self.fault(kind, path=f"*/products/{product}", method="PUT", **fields)

    @contextlib.contextmanager
    def without_database(self) -> Iterator[None]:
        """The database server is away for as long as the block lasts."""
        self.control("POST", "database", up=False)
        try:
            yield
        finally:
            self.control("POST", "database", up=True)

    def coming(self, *, weekday: int | None = None, hour: int | None = None, shop: str = "") -> Sequence[Listing]:
        """Listings of shows that may still be sold, soonest first; those of odd products and gifts aside."""
        since = over_before(practice_now())
        found = [
            listing
            for start, listing in self._starts
            if weekday in (None, start.weekday())
            and hour in (None, start.hour)
            and listing["id"].startswith(shop)
            and start >= since
        ]
        return sorted(found, key=lambda listing: (listing["starts_at"], listing["id"]))


def journal(data: Path) -> Sequence[Entry]:
    """What the journal in a data folder says, oldest first."""
    (path,) = data.glob("*/journal.sqlite")
    opened = Journal(path)
    try:
        return opened.entries()[::-1]
    finally:
        opened.close()
