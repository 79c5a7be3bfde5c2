"""What a person finds who comes back: the newest result, what changed, what is open, and everything else."""
