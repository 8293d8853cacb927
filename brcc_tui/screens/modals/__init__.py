"""Dialogs in front of the screens that ask for an answer."""
