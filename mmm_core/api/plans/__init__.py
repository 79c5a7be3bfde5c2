"""What to do next over HTTP: response curves, plans, and the plans that are kept."""
