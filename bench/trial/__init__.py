"""Proofs of volume and of kills, on both databases: `python -m bench.trial`."""
