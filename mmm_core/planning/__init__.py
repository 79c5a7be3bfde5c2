"""What to do next, and how sure is it?

From draws to what sales would be under any spend in the periods that come: response curves, and the spend that is best
by an objective. Imports ``results``, ``model``, ``spec`` and the ground.
"""
