"""Money: what was paid for seats and given back, shared among the shows that it was paid for."""
