"""What commands cost: every listing of the cache as JSON, and reading both shops anew over a slow line."""

from __future__ import annotations

import contextlib
import json
import math
import os
import statistics
import sys
import time
import urllib.request
from typing import Any

from clubs import Sample
from measure import PROGRAM, Figure, NotMeasured, alternating, ratio, run_to_end, spread

from brcc_tui.store.catalogue_cache import CatalogueCache


def listings_json(club: Sample, rounds: int = 9) -> list[Figure]:
    """Processor time of the process, against a Python that imports json and prints the same text from values it has."""
    command = (*PROGRAM, "listings", "--json")
    _, printed = run_to_end(command, club.settings, club.folder)
    values = json.loads(printed)

    def floor() -> float:
        python, _ = run_to_end((sys.executable, "-c", "import json"), {}, club.folder)
        began = time.process_time()
        with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - no file of this program
            nowhere.write(json.dumps(values))
        return python + (time.process_time() - began) * 1000

    found = alternating(rounds, floor=floor, ours=lambda: run_to_end(command, club.settings, club.folder)[0])
    note = f"{spread(found['ours'])} against {spread(found['floor'])} ms for {len(printed) / 1e6:.1f} MB"
    return [Figure("listings --json", ratio(found["ours"], found["floor"]), "x", 4, note)]


def refresh_seconds(club: Sample, rounds: int = 3) -> float:
    """How long a full refresh takes, the median."""
    reports = (run_to_end((*PROGRAM, "refresh", "--json"), club.settings, club.folder)[1] for _ in range(rounds))
    return float(statistics.median(json.loads(report)["seconds"] for report in reports))


def refresh(club: Sample, latency: int, work: float, rounds: int = 3) -> list[Figure]:
    """A full refresh where each request takes `latency` milliseconds, against the longest chain of requests.

    `work` is what the same takes without any latency, in seconds: this program's work and that of the practice
    shops, which share the machine. What is left without it is waiting.

    The chain that cannot be shorter: the organization's id, then Eventbrite's first page of coming events, which tells
    how many there are, then the rest of them, each page naming the next, on two ways from both ends of the list. The
    pages of ended events and everything of the shop are read beside it. Ratios are to this chain; `way` is the one
    that a single way through the list would take.
    """
    coming, ended = (_eventbrite_pages(club, status) for status in ("draft,live,started", "ended,completed"))
    reports = []
    for _ in range(rounds):
        _, printed = run_to_end((*PROGRAM, "refresh", "--json"), club.settings, club.folder)
        reports.append(json.loads(printed))
    report = reports[0]
    if any(failure["id"] in ("eventbrite", "woocommerce", "wordpress") for failure in report["failed"]):
        raise NotMeasured(f"a part of the refresh failed: {report['failed']}")
    way, counts = 1 + coming, report["counts"]
    chain = 2 + math.ceil((coming - 1) / 2) if coming > 2 else way
    products = -(-counts["products"] // 100)
    variable = _variable_products(club)
    seconds = statistics.median(each["seconds"] for each in reports)
    size = f"{counts['events']:,} events, {counts['products']} products, {counts['listings']:,} listings"
    return [
        Figure("full refresh", seconds * 1000 / (chain * latency), "x", 1.2, f"{seconds:.2f} s for a chain of {chain}"),
        Figure("full refresh, against one way", seconds * 1000 / (way * latency), "x", None, f"a chain of {way}"),
        Figure("full refresh, without the work", (seconds - work) * 1000 / (chain * latency), "x", None,
               f"{work:.2f} s of work, the practice shops' own included"),
        Figure("requests to Eventbrite", report["requests"]["eventbrite"], "", coming + min(ended, 20) + 1, size),
        Figure("requests to WooCommerce", report["requests"]["woocommerce"], "", products + 2,
               f"{variable} of them for variable products"),
    ]  # fmt: skip


def _eventbrite_pages(club: Sample, status: str) -> int:
    """How many pages the shop itself says that a list of events has."""
    base, token = club.settings["EVENTBRITE_API_URL"], club.settings["PRIVATE_TOKEN"]

    def ask(path: str) -> Any:
        request = urllib.request.Request(f"{base}/{path}", headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    organization = ask("users/me/organizations/")["organizations"][0]["id"]
    page = ask(f"organizations/{organization}/events/?status={status}&page_size=50&show_series_parent=false")
    return int(page["pagination"]["page_count"])


def _variable_products(club: Sample) -> int:
    with contextlib.closing(CatalogueCache(club.cache)) as cache:
        return sum(product.type == "variable" for product in cache.products())
