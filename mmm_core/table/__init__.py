"""What is in this file, and what is wrong with it? From bytes to the canonical table.

*Raw* cells are as they were written (``reading``); *typed* ones are dates, numbers and names under the role of their
column; the *canonical* table is what a model may be fitted to. ``checks`` are what can be wrong. Imports ``spec``,
``transforms`` and the ground.
"""
