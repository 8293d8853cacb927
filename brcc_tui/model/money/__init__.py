"""Money: what was paid for seats and refunded, divided among the shows that it was paid for."""
