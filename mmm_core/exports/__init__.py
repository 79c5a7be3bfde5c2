"""What does a person take away? Files, tables, charts, everything as one zip.

Imports ``charts``, ``runs`` and all below.
"""
