"""One practice club for the tests of each module in this folder."""

from __future__ import annotations

from tests.commands import control, data_dir, fault, practice, practice_of_today, run

__all__ = ["control", "data_dir", "fault", "practice", "practice_of_today", "run"]
