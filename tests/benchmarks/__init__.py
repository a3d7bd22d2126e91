"""Measurements, to be repeated by hand; nothing here is collected by pytest or decides whether a change is good."""
