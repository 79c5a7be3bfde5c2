"""Which cells does this file hold? CSV, Excel and Parquet, whatever their marks and encodings.

Knows nothing of roles. Imports ``spec`` and the ground.
"""
