"""What the screens share: the board of known values, work under way, and the ways into the operations."""
