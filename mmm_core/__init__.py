"""Bayesian marketing mix models: from a table of sales and media to contributions, with intervals.

The package is the engine behind three doors (the Streamlit pages, the HTTP API and the command
line). It never imports Streamlit. Modules stand on floors and import downwards only:

====== =================================================================================
floor  modules
====== =================================================================================
3      datasets, runs, outputs, worker: use cases
2      storage, status: the only file input and output
1      reading, validation, canonicalize, transforms, features, model_pymc, sampling,
       diagnostics, contributions, charts: pure functions
0      spec, errors
====== =================================================================================
"""

from mmm_core.sampler import compiling as _compiling

# PyTensor and Numba read these once, when they are first imported: set them before any module of ours can do so.
_compiling.configure()

__version__ = "0.1.0"
