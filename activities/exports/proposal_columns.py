"""The columns of the list of proposed dates, for the page and its file alike."""

from __future__ import annotations

from activities.exports.columns import Column

COLUMNS: tuple[Column, ...] = (
    Column("state", "Answer", lambda row: row.proposal.state_label),
    Column("number", "No.", lambda row: row.activity.number, numeric=True),
    Column("activity", "Activity", lambda row: row.activity.heading),
    Column("milestone", "Milestone", lambda row: row.milestone_words),
    Column("from", "Agreed date", lambda row: row.proposal.instead_of or "no date"),
    Column("to", "Proposed date", lambda row: row.proposal.proposed_due),
    Column("by", "By how much", lambda row: row.by_days),
    Column("reason", "Reason", lambda row: row.proposal.reason),
    Column("asked_by", "Asked by", lambda row: row.asked_by),
    Column("asked_on", "Asked on", lambda row: row.asked_on),
    Column("answer", "In words", lambda row: row.proposal.answer),
    Column("answered_by", "Answered by", lambda row: row.proposal.answered_by),
    Column("answered_on", "Answered on", lambda row: row.answered_on),
    Column("meanwhile", "Meanwhile", lambda row: row.meanwhile),
)
