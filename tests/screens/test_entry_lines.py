"""An entry of the history in full, as people read it."""

from __future__ import annotations

import dataclasses

from brcc_tui.screens.support.entry_lines import entry_lines
from brcc_tui.widgets.glyphs import UNICODE
from tests.screens.fake_club import NOW, journal_entries


def test_by_which_second_of_the_computer_a_move_was_made_is_no_news_to_people() -> None:
    """The journal keeps it for a clock that is set: nobody knows what that number means."""
    entry = journal_entries()[0]
    kept = {"numbers": {"eb:101:1011": 31}, "steady": {"start": "f1a2", "second": 8123.4}}
    moves = [dataclasses.replace(move, detail=kept) if move.event == "sent" else move for move in entry.events]
    told = str([*entry_lines(dataclasses.replace(entry, events=tuple(moves)), {}, UNICODE, NOW)])
    assert "numbers: " in told
    assert "steady" not in told
    assert "8123" not in told
