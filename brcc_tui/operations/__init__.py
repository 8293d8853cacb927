"""Operations: what the program does, one module per verb; screens, command line and tests call the same ones."""
