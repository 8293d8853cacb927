"""How a product was classified and where each number comes from, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from brcc_tui.operations.club import Club


@dataclass(frozen=True, slots=True)
class RuleStep:
    """One rule of the ordered list, the evidence it looked at, and whether it matched."""

    rule: str
    evidence: str
    matched: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer to *why*. `numbers` maps remaining, sold, held to (value, where from)."""

    id: str
    product_class: str
    stock_method: str
    rules: tuple[RuleStep, ...]
    numbers: Mapping[str, tuple[int | str | None, str]]
    flags: tuple[str, ...]


async def explain(club: Club, listing_or_product: str) -> Explanation:
    """Explain a listing or a whole product (`wc:<product>`), read live. Raises `Trouble` for an unknown one."""
    raise NotImplementedError
