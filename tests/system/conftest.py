"""One practice club for the tests of each module in this folder."""

from __future__ import annotations

from tests.commands import control, data_dir, fault, practice, practice_of_today, run
from tests.practice import a_world_is_made_once

__all__ = ["a_world_is_made_once", "control", "data_dir", "fault", "practice", "practice_of_today", "run"]
