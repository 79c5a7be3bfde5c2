"""Pages that are left for another, in the orders of events that only a slow machine meets by itself."""
