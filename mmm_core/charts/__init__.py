"""How is it shown? Plotly figures that need no page.

Imports ``results``, ``model``, ``transforms`` and the ground.
"""
