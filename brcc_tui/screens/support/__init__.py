"""Helpers of the screens: finding, keys, themes, and how the terminal is used."""
