"""New Zealand English."""
