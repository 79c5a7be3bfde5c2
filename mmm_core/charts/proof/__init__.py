"""How is each part of a proof shown?"""
