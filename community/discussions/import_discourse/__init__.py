"""Bringing in a whole Discourse forum: its people, categories, topics and posts."""
