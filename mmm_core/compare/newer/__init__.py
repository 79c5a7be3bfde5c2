"""May a file go on from a table?"""
