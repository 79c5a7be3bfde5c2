"""Who things belong to."""

LOCAL_OWNER = "local"
"""Everybody, where nobody logs in."""
