"""The seats of a comedy club's shows, sold on Eventbrite and on its own WordPress shop, in one terminal."""

__version__ = "0.1.0"
