"""Hearback: one Django app whose rooms are packages (docs: the design)."""
