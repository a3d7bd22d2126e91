"""Every figure of a plan counted again, from the lines of its exported history and from nothing else.

Nothing here imports the product. Calendars, orders, states and words are written down a second time, from the rules
of the plan's tracking; what follows from other facts (statuses, gaps, agreed dates, lateness) is worked out from those
facts, not read. Naive on purpose: lists are gone through again and again.
"""
