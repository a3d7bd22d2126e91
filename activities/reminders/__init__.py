"""Reminders: who is to be told what on a day, and how it is put into words.

``due_letters`` gives one letter per person with everything in it, and only where something in it is new to them;
``opening_message`` is what a body will be sent when a round is opened. Nothing here sends anything, and time is an
argument everywhere.
"""

from activities.reminders.letters import KINDS, Post, due_letters
from activities.reminders.opening import opening_message
from activities.reminders.writing import Written

__all__ = ["KINDS", "Post", "Written", "due_letters", "opening_message"]
