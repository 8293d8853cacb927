"""What the program does, one module a verb; screens, command line and tests call the same ones."""
