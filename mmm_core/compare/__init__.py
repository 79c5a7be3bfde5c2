"""What differs between results, and why did it change?"""
