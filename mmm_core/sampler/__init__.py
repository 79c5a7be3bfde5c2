"""Which draws does the posterior have? The only room that imports PyMC.

Imports ``model``, ``spec`` and the ground. Readers of results never load it.
"""
