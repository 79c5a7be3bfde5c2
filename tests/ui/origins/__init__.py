"""Where numbers come from, page by page."""
