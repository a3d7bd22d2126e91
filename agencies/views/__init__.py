"""Pages of who: signing in, one's own account, people and bodies."""
