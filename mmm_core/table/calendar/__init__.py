"""What do words, digits and days say of time?

Names of months, dates as one cell writes them, and whether days are even. A column of them is read in
:mod:`mmm_core.table.reading.dates`.
"""
