"""The community: people, what they say, and the rooms they say it in."""
