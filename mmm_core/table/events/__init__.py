"""Which cells of a table name events, and which controls do they become?

An *event* is a name in some rows of a column that says nothing, or always the same, in the others: "Easter".
"""
