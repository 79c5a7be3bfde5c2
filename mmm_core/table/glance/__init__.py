"""What a person sees of a file at a glance: its first rows, and what of it is not in the table."""
