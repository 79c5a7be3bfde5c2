"""Runs of many kinds, and the laws that a report of each must keep."""
