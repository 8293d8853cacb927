"""The write protocol, from a wish to a settled change; nothing else in the program writes to a shop."""
