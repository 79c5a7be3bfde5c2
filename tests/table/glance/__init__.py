"""First rows of a file, and what of it was left out."""
