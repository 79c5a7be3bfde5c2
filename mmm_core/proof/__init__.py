"""Should you believe it?"""
