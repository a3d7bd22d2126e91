"""Forms: outside words into domain types, and nothing else. The rules live in the use cases."""
