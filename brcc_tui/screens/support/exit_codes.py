"""Exit codes with which the screens ask their caller for something."""

from __future__ import annotations

from typing import Final

START_PRACTICE: Final = 100
"""A person chose the practice club on the first screen: start it and come back with its settings."""

SETTINGS_SAVED: Final = 101
"""The first screen wrote settings: load them and run again."""
