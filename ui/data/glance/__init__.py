"""What a person sees of a table at a glance: its first rows, and what of the file is not in it."""
