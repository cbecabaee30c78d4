"""Bringing articles in: the JSON of a Zendesk help centre, a folder of Markdown files, or JSON lines."""
