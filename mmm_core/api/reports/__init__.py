"""A run as a document over HTTP."""
