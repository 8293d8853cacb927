"""Changes: plans, a person's confirmation, and the permit to write."""
