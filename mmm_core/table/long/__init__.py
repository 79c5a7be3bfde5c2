"""Which rows of a long table speak of one period, and which columns do they become?

A table is *long* where a column of *names* tells rows of one period apart: names of channels, beside columns of spend
and activity, or names of measures, beside one column of values. Nothing is pivoted before a person has said so.
"""
