"""The command line's commands.

A door: parses, calls one use case, prints.
"""
