"""What does advertising do over time and with amount? Adstock, saturation, season: one formula each, for NumPy and
PyTensor.

Imports nothing of ours.
"""
