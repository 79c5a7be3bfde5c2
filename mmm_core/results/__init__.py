"""What came out, how sure is it, and can it be trusted?

From draws to contributions, intervals, diagnostics and their words. Imports ``model``, ``spec`` and the ground.
"""
