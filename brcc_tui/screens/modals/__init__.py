"""Screens that stand in front of others and ask for an answer."""
