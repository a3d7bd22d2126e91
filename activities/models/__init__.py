"""The register of a plan: its structure, its activities and everything said of them."""

from activities.models.activities import Activity, Part
from activities.models.milestones import DateMove, Milestone, MilestoneKind
from activities.models.plans import ActionPlan, FocusArea, PlanDocument, PriorityArea, current_plan
from activities.models.proposals import DateProposal, ProposalState
from activities.models.roles import CollectiveMember, Role, RoleKind
from activities.models.rounds import Comment, Draft, Filing, FilingOutcome, Return, Round
from activities.models.updates import StatusUpdate

__all__ = [
    "ActionPlan",
    "Activity",
    "CollectiveMember",
    "Comment",
    "DateMove",
    "DateProposal",
    "Draft",
    "Filing",
    "FilingOutcome",
    "FocusArea",
    "Milestone",
    "MilestoneKind",
    "Part",
    "PlanDocument",
    "PriorityArea",
    "ProposalState",
    "Return",
    "Role",
    "RoleKind",
    "Round",
    "StatusUpdate",
    "current_plan",
]
