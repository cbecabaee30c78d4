"""Floor 0: things that know no model."""
