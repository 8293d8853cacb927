"""Parsing what people type to find something, and matching against it: one language for every field of every screen."""
