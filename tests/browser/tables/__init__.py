"""Tables as people have them, from upload to result."""
