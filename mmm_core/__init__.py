"""Bayesian marketing mix models: from a table of sales and media to contributions, with intervals.

The package is the engine behind three doors (the Streamlit pages, the HTTP API and the command
line). It never imports Streamlit. Rooms stand on floors and import downwards only, or from a neighbour one way:

====== =================================================================================
floor  rooms
====== =================================================================================
7      api, cli, client: doors
6      exports: take it away; worker: do it in the background
5      charts: draw it; runs: what a person can do with tables and runs
4      results: what came out; sampler: draws of the posterior, the only room with PyMC
3      model: features, priors, sizes
2      table: from bytes to the canonical table, and all that is wrong with it
1      spec: what was asked; workspace: what lies on disk
0      transforms, and the ground: errors, schema, settings, labels, logs
====== =================================================================================
"""

from mmm_core.sampler import compiling as _compiling

# PyTensor and Numba read these once, when they are first imported: set them before any module of ours can do so.
_compiling.configure()

__version__ = "0.1.0"
