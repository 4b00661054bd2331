"""What every model service shares; it names no family and no model."""
