"""The use cases of who: bodies, people and memberships; the only writers of those tables."""
