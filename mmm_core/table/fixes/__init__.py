"""Repairs that a person asked for: what is not asked for is not repaired.

A repair is a function from a table to a table and what it did; where its precondition does not hold it does nothing,
and says why. :mod:`mmm_core.table.fixes.applied` lists them.
"""
