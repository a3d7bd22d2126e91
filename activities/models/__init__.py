"""The register of a plan: its structure, its activities and everything said of them."""

from activities.models.activities import Activity, Part
from activities.models.meetings import AgendaItem, Decision, DecisionReport, Meeting
from activities.models.milestones import DateMove, Milestone, MilestoneKind
from activities.models.packs import Pack, PackContent, PackDraft, PackFile
from activities.models.plans import ActionPlan, FocusArea, PlanDocument, PriorityArea, current_plan
from activities.models.proposals import DateProposal, ProposalState
from activities.models.roles import CollectiveMember, Role, RoleKind
from activities.models.rounds import Comment, Draft, Filing, FilingOutcome, Return, Round
from activities.models.updates import StatusUpdate

__all__ = [
    "ActionPlan",
    "Activity",
    "AgendaItem",
    "CollectiveMember",
    "Comment",
    "DateMove",
    "DateProposal",
    "Decision",
    "DecisionReport",
    "Draft",
    "Filing",
    "FilingOutcome",
    "FocusArea",
    "Meeting",
    "Milestone",
    "MilestoneKind",
    "Pack",
    "PackContent",
    "PackDraft",
    "PackFile",
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
