"""Who fits runs, when? The worker process and its executors.

Imports ``runs`` and all below.
"""
