"""What the screens share: the board of known values, work under way, and their calls to the operations."""
