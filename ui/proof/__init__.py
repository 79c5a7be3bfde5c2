"""The parts of the Proof page, and the card that leads to it."""
