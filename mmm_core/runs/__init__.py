"""What can a person do with tables and runs? The use cases that every door calls.

Imports ``results``, ``sampler``, ``model``, ``table``, ``workspace``, ``spec`` and the ground.
"""
