"""TNOC Tracker: a working register for the Transnational Organised Crime Strategy Action Plan."""

__version__ = "1.0.0"
