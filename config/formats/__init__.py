"""Dates and times where Django's own formats are not how the language writes them."""
