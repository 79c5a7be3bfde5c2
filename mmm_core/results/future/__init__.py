"""What would sales be in periods that were not fitted?"""
