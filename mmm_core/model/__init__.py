"""What is the model? Features, priors and sizes, declared without a sampler.

Imports ``table``, ``spec``, ``transforms`` and the ground; never PyMC.
"""
