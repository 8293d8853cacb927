"""Listings: one for every stock of seats that a shop sells."""
