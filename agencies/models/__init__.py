"""Bodies, people and memberships; the models of ``agencies``."""

from agencies.models.bodies import Body, BodyFunction, BodyKind
from agencies.models.feeds import CalendarFeed
from agencies.models.invitations import Invitation
from agencies.models.messages import MailPreference, Message, MessageState, MessageTopic
from agencies.models.people import Membership, Person
from agencies.models.saved_views import SavedView
from agencies.models.visits import Visit

__all__ = [
    "Body",
    "BodyFunction",
    "BodyKind",
    "CalendarFeed",
    "Invitation",
    "MailPreference",
    "Membership",
    "Message",
    "MessageState",
    "MessageTopic",
    "Person",
    "SavedView",
    "Visit",
]
