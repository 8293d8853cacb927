"""Real shops' answers, as they were recorded together with the requests; credentials and addresses are taken out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

_FOLDER = Path(__file__).parent / "platforms" / "woocommerce" / "recorded"
ADDRESS = "https://shop.example"
VERSIONS = ("10.0.2", "8.7.0")


@dataclass(frozen=True)
class Request:
    """What was asked; `auth` is `basic` or `none` (then the credentials are among the parameters, or missing)."""

    method: str
    path: str
    params: Mapping[str, str]
    auth: str
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Recorded:
    """One exchange with a WooCommerce of that version."""

    version: str
    name: str
    request: Request
    status: int
    headers: Mapping[str, str]
    body: Any


def recorded(version: str) -> dict[str, Recorded]:
    """Every exchange with that version, by name."""
    found = {}
    for line in (_FOLDER / f"woocommerce-{version}.jsonl").read_text(encoding="utf-8").splitlines():
        exchange = json.loads(line)
        answer = exchange["answer"]
        found[exchange["name"]] = Recorded(
            version,
            exchange["name"],
            Request(**exchange["request"]),
            answer["status"],
            answer["headers"],
            answer["body"],
        )
    return found


EVERY = [
    pytest.param(exchange, id=f"{version}-{name}")
    for version in VERSIONS
    for name, exchange in recorded(version).items()
]
