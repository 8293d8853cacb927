"""A text that is wider than its place takes another row: nothing of it vanishes, keys keep their words."""

from __future__ import annotations

from driving import Running, press, screen_text
from hypothesis import given
from hypothesis import strategies as st

from brcc_tui.widgets.paint import Line, Span, folded, line
from brcc_tui.widgets.text import width

PIECES = st.builds(
    Span, st.text("ab ü漢", max_size=90), st.sampled_from(["", "dim", "key"]), st.sampled_from(["", "go"])
)


def text_of(row: Line) -> str:
    return "".join(span.text for span in row)


def letters(rows: list[Line]) -> list[tuple[str, str, str]]:
    """Every letter that can be seen, with its tone and what a click on it does."""
    return [(letter, s.tone, s.action) for row in rows for s in row for letter in s.text if not letter.isspace()]


@given(st.lists(PIECES, max_size=8).map(tuple), st.integers(20, 60))
def test_nothing_is_lost_and_no_row_is_wider(spans: Line, cells: int) -> None:
    rows = folded(spans, cells)
    assert letters(rows) == letters([spans])
    assert max(width(text_of(row)) for row in rows) <= cells


def test_a_word_longer_than_a_row_goes_on_in_the_next() -> None:
    path = line("  its file /home/club/locks/eb-1362389176369.lock cannot be used")
    assert [text_of(row).rstrip() for row in folded(path, 24)] == [
        "  its file",
        "  /home/club/locks/eb-13",
        "  62389176369.lock",
        "  cannot be used",
    ]
    title = line(("Change 1 listing of tonight, ", "title"), ("喜剧之夜特别嘉宾周五晚上", "title"))
    assert [text_of(row).rstrip() for row in folded(title, 21)] == [
        "Change 1 listing of",
        "tonight,",
        "喜剧之夜特别嘉宾周五",
        "晚上",
    ]


def test_a_key_goes_with_its_words() -> None:
    keys = line((" esc", "key"), (" close the sheet   ", "dim"), ("u", "key"), (" undo", "dim"))
    assert [text_of(row).strip() for row in folded(keys, 22)] == ["esc close the sheet", "u undo"]


def test_what_an_answer_means_stands_in_its_column() -> None:
    named = line(("  t", "key"), (" restore  ", "strong"), ("write the capacity before it; a plan first", "dim"))
    assert [text_of(row).rstrip() for row in folded(named, 42)] == [
        "  t restore  write the capacity before it;",
        "             a plan first",
    ]
    bare = line((" esc", "key"), (" later: it stays under Needs attention", "dim"))
    assert [text_of(row).rstrip() for row in folded(bare, 24)] == [
        " esc later: it stays",
        "     under Needs",
        "     attention",
    ]


async def test_a_question_that_was_asked_on_a_wide_terminal_is_whole_on_a_narrow_one(running: Running) -> None:
    async with running() as pilot:
        await press(pilot, "H")
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        said = " ".join(screen_text(pilot.app).split())
        assert "No sync offers these seats; undo is in the history (6)." in said
