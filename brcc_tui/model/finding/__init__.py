"""What people type to find something, and what is found by it: one language for every field of every screen."""
