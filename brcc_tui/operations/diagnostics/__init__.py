"""The state of the shops, the database and this computer."""
