"""One question about a run each: what it takes to answer it, and the answer in words."""
