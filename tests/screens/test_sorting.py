"""The shops' trees and the history sort by each of their columns, both ways round, as what stands in them says."""

from __future__ import annotations

import re

import pytest
from driving import Running, press, screen_text

from brcc_tui.app import BrccApp
from brcc_tui.screens.filtered import FilteredScreen

KEYS = {"title": 1, "capacity": 2, "sold": 3, "left": 4}
BRANCH = re.compile(r"\(\d+\) +(?P<capacity>[\d,]+) +(?P<sold>[\d,]+) +(?P<held>[\d,+?-]+) +(?P<left>[\d,]+) ")


def rows_of(app: BrccApp) -> list:
    assert isinstance(app.screen, FilteredScreen)
    return list(app.screen.rows.rows)


def numbers(app: BrccApp, column: str) -> list[int]:
    """What stands in that column of the branches, from the top."""
    found = []
    for row in screen_text(app).splitlines():
        if branch := BRANCH.search(row):
            found.append(int(branch[column].replace(",", "")))
    return found


@pytest.mark.parametrize("column", ["capacity", "sold", "left"])
async def test_a_tree_is_sorted_by_the_number_that_stands_on_its_branches(
    column: str, running: Running, app: BrccApp
) -> None:
    async with running() as pilot:
        await press(pilot, "4", *"S" * KEYS[column])
        first = numbers(app, column)
        assert len(set(first)) > 2
        assert first == sorted(first, reverse=column != "left")
        assert f"by {column} {'↑' if column == 'left' else '↓'}" in screen_text(app)
        await press(pilot, "Z")
        assert numbers(app, column) == sorted(first, reverse=column == "left")


async def test_a_tree_is_sorted_by_title_and_back_by_week(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "4")
        week = [row.key for row in rows_of(app)]
        await press(pilot, "S")
        titles = [row.title.casefold() for row in rows_of(app) if row.failure is None]
        assert titles == sorted(titles)
        await press(pilot, "S", "S", "S", "S")
        assert [row.key for row in rows_of(app)] == week


async def test_the_history_is_sorted_by_who_and_how_it_ended(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "6")
        newest = [entry.id for entry in rows_of(app)]
        await press(pilot, "Z")
        assert [entry.id for entry in rows_of(app)] == newest[::-1]
        assert "by time ↑" in screen_text(app)
        await press(pilot, "Z", "S")
        shows = [entry.show for entry in rows_of(app)]
        assert shows == sorted(shows)
        await press(pilot, "S")
        people = [entry.actor.casefold() for entry in rows_of(app)]
        assert people == sorted(people)
        await press(pilot, "S")
        assert rows_of(app)[0].outcome is None, "what never settled comes first"
        await press(pilot, "S")
        assert [entry.id for entry in rows_of(app)] == newest
