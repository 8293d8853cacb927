"""The write protocol, from a request to a settled change; nothing else in the program writes to a shop."""
