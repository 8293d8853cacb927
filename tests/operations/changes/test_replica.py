"""Nothing is decided on what a replica says."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from typing import Any

import pytest

from brcc_tui.model.changes.plan import RefusalCode
from brcc_tui.model.counts import Counts, ProductCells
from brcc_tui.operations.changes.decision_reading import DecisionReader, subject_of
from brcc_tui.operations.changes.guards import of_app_error
from brcc_tui.platforms.errors import OnReplica
from tests.operations.conftest import Town


@pytest.mark.parametrize("from_which", [1, 2])
async def test_a_decision_on_a_replica_is_refused(town: Town, monkeypatch: pytest.MonkeyPatch, from_which: int) -> None:
    """Also where the server becomes one between the two countings."""
    really, asked = town.database.counts, []

    async def counts(products: Collection[ProductCells], **how: Any) -> Counts:
        asked.append(1)
        return dataclasses.replace(await really(products, **how), replica=len(asked) >= from_which)

    monkeypatch.setattr(town.database, "counts", counts)
    subject = subject_of("wc:10")
    with pytest.raises(OnReplica) as refused:
        await DecisionReader(town.club).look(subject)
    guarded = of_app_error(refused.value)
    assert guarded.code is RefusalCode.REPLICA == "replica"
    assert "WORDPRESS_DB_HOST" in guarded.reason
