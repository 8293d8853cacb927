"""One practice club for the tests of each module in this folder."""

from __future__ import annotations

from tests.commands import control, data_dir, fault, practice, practice_of_today, run
from tests.practice import orders_of_a_world_are_placed_once

__all__ = ["control", "data_dir", "fault", "orders_of_a_world_are_placed_once", "practice", "practice_of_today", "run"]
