"""What every HTTP client of the house shares: the rate, waits and repeats, failures in words, signing in.

It stands below the adapters and knows no system by name.
"""
