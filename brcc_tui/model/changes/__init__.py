"""Changes: plans, a person's consent, and leave to write."""
