"""A run as a document, for the pages that offer one."""
