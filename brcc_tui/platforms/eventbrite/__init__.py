"""Eventbrite's API, version 3."""
