"""Charts of results side by side, and of what made a figure move."""
