"""SQLite as the register needs it; the engine of every SQLite database of ours."""
