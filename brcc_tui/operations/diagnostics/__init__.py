"""How the shops, the database and this computer are."""
