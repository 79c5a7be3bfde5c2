"""Before a fit: how near could it find each return, with a table like this one, and with one more year of it?"""
