"""Many people at work at once, over real HTTP, against servers started as in production."""
