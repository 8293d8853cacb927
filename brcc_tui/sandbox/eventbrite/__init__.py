"""The practice club's Eventbrite."""
