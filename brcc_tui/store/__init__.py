"""What is stored on this computer, in SQLite: the catalogue, the journal, rooms and pairings."""
