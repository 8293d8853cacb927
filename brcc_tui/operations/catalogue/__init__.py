"""Reading: the catalogue, live numbers, shows, explanations and exports."""
