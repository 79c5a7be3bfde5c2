"""What should we do next? The Plan page."""
