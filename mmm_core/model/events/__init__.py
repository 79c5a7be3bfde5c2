"""When do events fall, and which columns of the model do they become?"""
