"""The WordPress database, read and never written."""
