"""What is wrong with a typed table, and what does it do to the result?

An *issue* is one such thing, *findings* collect them. A check is a function that adds to the findings.
"""
