"""The use cases: the only writers of the register, one module per noun.

Each takes ``by`` (who) and ``at`` (the moment from which it counts), does its work in one transaction or not
at all, and returns the object. ``Refused`` names what is wrong field by field; ``Conflict`` says that somebody
else was faster; both leave nothing behind.
"""
