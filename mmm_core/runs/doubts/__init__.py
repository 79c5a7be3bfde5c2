"""What would each repair that a report offers do to the answer?"""
