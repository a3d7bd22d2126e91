"""The databases of released versions, as they were written then, and the upgrade from each."""
