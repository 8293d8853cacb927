"""What happened to a change that never ended is told in whole words, whatever the terminal's width."""

from __future__ import annotations

import datetime as dt

import pytest

from brcc_tui.cli.tables import recover_table
from brcc_tui.model.reading import Reading
from brcc_tui.operations.changes.recover import Recoverable
from brcc_tui.store.journal_entries import Entry

STORY = (
    "it was sent, and is as intended. wc:4061:aaaaaaaaaaaaaaaaaaaa:eeeeeeeeeeeeeeeeeeee stands at 10 and, unless "
    "somebody raised it, should stand at 7: a sale of it may have been lost to this write"
)


@pytest.mark.parametrize("width", [30, 60, 80, 200])
def test_every_word_of_the_story_is_whole(width: int) -> None:
    at = dt.datetime(2026, 11, 22, 19, 0, tzinfo=dt.UTC)
    entry = Entry("c1", at, "ann", "wc:4061:aaa:ddd", None, "set", 50, 20, "", "0" * 12, None, ())
    one = Recoverable(entry, 20, 50, Reading.unknown("away"), "sent", STORY, ("keep", "reapply"))
    header, row, *told = recover_table([one], width)
    assert header.startswith("entry")
    assert row.startswith("c1")
    assert " ".join(" ".join(told).split()) == STORY
    assert all(len(line) <= max(width, 60) for line in told)
