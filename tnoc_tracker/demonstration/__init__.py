"""The demonstration: made-up people and half a year of made-up progress on the published plan.

Everything is written through the use cases, day by day, by the people who would do it. Only what had publicly
happened by a day is stated as fact on that day; nothing here is ever loaded into a real installation.
"""
