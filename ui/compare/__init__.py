"""The parts of the page Compare, and the buttons that lead to it."""
