"""What a column probably is: by the words of its name in seven languages, by its values, and by its neighbours.

``vocabulary`` has the words, ``meanings`` tells what one name says, ``columns`` what all columns of a table are.
"""
