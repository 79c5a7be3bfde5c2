"""What does somebody want to know who comes back: what is new, what moved since, what waits for an answer?"""
