"""What lies on disk, and who is at work on it?

The only room that opens files of ours. Imports ``spec`` and the ground.
"""
