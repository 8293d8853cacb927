"""The stretches of meta rows that a fingerprint is taken of."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from brcc_tui.platforms.wordpress.fingerprints import _stretches
from brcc_tui.platforms.wordpress.sql import META_BLOCK

BLOCKS = st.sets(st.integers(0, 60), max_size=40)


@given(BLOCKS, st.integers(0, 60 * META_BLOCK))
def test_every_block_and_all_that_is_to_come_lies_in_just_one_stretch(blocks: set[int], unsettled: int) -> None:
    stretches = _stretches(blocks, unsettled)
    rows = [row for block in blocks for row in (block * META_BLOCK, (block + 1) * META_BLOCK - 1)]
    for row in (*rows, unsettled, unsettled + 10**12):
        assert sum(first <= row <= last for first, last in stretches) == 1


@given(BLOCKS, st.integers(0, 60 * META_BLOCK))
def test_no_stretch_can_be_joined_with_the_next_or_holds_what_was_not_asked_for(
    blocks: set[int], unsettled: int
) -> None:
    *stretches, tail = _stretches(blocks, unsettled)
    assert all(last + 1 < first for (_, last), (first, _) in itertools.pairwise(stretches))
    held = sum((last + 1 - first) // META_BLOCK for first, last in stretches)
    assert held == sum(block < tail[0] // META_BLOCK for block in blocks)
