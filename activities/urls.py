"""Addresses of the register: every plan has its own, and ``/`` leads to the current one."""

from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from activities.views import (
    activity,
    activity_list,
    agencies,
    audit,
    calendar,
    compare,
    dashboard,
    editing,
    help_page,
    mail,
    milestones,
    overdue,
    proposals,
    return_correct,
    return_page,
    returns,
    review,
    review_queue,
    roles,
    round_edit,
    round_open,
    rounds,
    slippage,
    status_update,
    timeline,
)


class KeyConverter(StringConverter):
    """An activity's key in an address; PostgreSQL cannot be asked for a text with a NUL in it."""

    regex = r"[^/\x00]+"


register_converter(KeyConverter, "key")

plan_urls = [
    path("", dashboard.plan_dashboard, name="plan_dashboard"),
    path("overdue/", overdue.overdue, name="overdue"),
    path("overdue.csv", overdue.overdue_csv, name="overdue_csv"),
    path("slippage/", slippage.slippage, name="slippage"),
    path("slippage.csv", slippage.slippage_csv, name="slippage_csv"),
    path("timeline/", timeline.timeline, name="timeline"),
    path("activities/", activity_list.activity_list, name="activity_list"),
    path("activities.csv", activity_list.activity_list_csv, name="activity_list_csv"),
    path("activities/<key:key>/", activity.activity, name="activity"),
    path("activities/<key:key>/update/", status_update.activity_update, name="activity_update"),
    path("activities/<key:key>/words/", editing.words, name="activity_words"),
    path("activities/<key:key>/withdraw/", editing.withdraw, name="activity_withdraw"),
    path("activities/<key:key>/reinstate/", editing.reinstate, name="activity_reinstate"),
    path("activities/<key:key>/roles/", roles.activity_roles, name="activity_roles"),
    path("activities/<key:key>/roles/<int:role>/end/", roles.role_end, name="role_end"),
    path("activities/<key:key>/milestones/", milestones.activity_milestones, name="activity_milestones"),
    path("activities/<key:key>/milestones/<int:milestone>/", milestones.milestone_edit, name="milestone_edit"),
    path("activities/<key:key>/milestones/<int:milestone>/date/", milestones.milestone_date, name="milestone_date"),
    path(
        "activities/<key:key>/milestones/<int:milestone>/delivery/",
        milestones.milestone_delivery,
        name="milestone_delivery",
    ),
    path(
        "activities/<key:key>/milestones/<int:milestone>/remove/", milestones.milestone_remove, name="milestone_remove"
    ),
    path("activities/<key:key>/milestones/<int:milestone>/end/", milestones.milestone_end, name="milestone_end"),
    path(
        "activities/<key:key>/milestones/<int:milestone>/propose/",
        proposals.milestone_propose,
        name="milestone_propose",
    ),
    path(
        "activities/<key:key>/milestones/<int:milestone>/proposal/", proposals.proposal_answer, name="proposal_answer"
    ),
    path(
        "activities/<key:key>/milestones/<int:milestone>/proposal/take-back/",
        proposals.proposal_take_back,
        name="proposal_take_back",
    ),
    path("proposals/", proposals.proposal_list, name="proposal_list"),
    path("proposals.csv", proposals.proposal_list_csv, name="proposal_list_csv"),
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/open/", round_open.round_open, name="round_open"),
    path("rounds/<slug:quarter>.csv", rounds.round_csv, name="round_csv"),
    path("rounds/<slug:quarter>/", rounds.round_page, name="round"),
    path("rounds/<slug:quarter>/extend/", round_edit.round_extend, name="round_extend"),
    path("rounds/<slug:quarter>/note/", round_edit.round_note, name="round_note"),
    path("rounds/<slug:quarter>/close/", round_edit.round_close, name="round_close"),
    path("rounds/<slug:quarter>/reopen/", round_edit.round_reopen, name="round_reopen"),
    path("rounds/<slug:quarter>/review/", review_queue.review_queue, name="review_queue"),
    path("rounds/<slug:quarter>/review/unchanged/", review_queue.accept_unchanged, name="accept_unchanged"),
    path("returns/", returns.my_returns, name="my_returns"),
    path("returns/<int:ret>/", return_page.return_page, name="return_page"),
    path("returns/<int:ret>/no-change/", returns.return_no_change, name="return_no_change"),
    path("returns/<int:ret>/comment/", returns.return_comment, name="return_comment"),
    path("returns/<int:ret>/review/", review.return_review, name="return_review"),
    path("returns/<int:ret>/correct/", return_correct.return_correct, name="return_correct"),
    path("agencies/", agencies.agency_list, name="agency_list"),
    path("agencies.csv", agencies.agency_list_csv, name="agency_list_csv"),
    path("agencies/<slug:body>/", agencies.agency, name="agency"),
    path("agencies/<slug:body>/members/", roles.collective_members, name="collective_members"),
    path("my-agency/", agencies.my_agency, name="my_agency"),
    path("compare/", compare.compare_page, name="compare"),
    path("compare.csv", compare.compare_csv, name="compare_csv"),
    path("compare/seen/", compare.mark_seen, name="mark_seen"),
    path("audit/", audit.audit, name="audit"),
    path("audit.csv", audit.audit_csv, name="audit_csv"),
]

urlpatterns = [
    path("", dashboard.home, name="home"),
    path("mail/", mail.mail, name="mail"),
    path("mail/<int:message>/", mail.message, name="message"),
    path("mail/<int:message>/send/", mail.message_send, name="message_send"),
    path("help/", help_page.help_page, name="help"),
    path("calendar/<str:token>.ics", calendar.calendar, name="calendar"),
    path("plans/<slug:plan>/", include(plan_urls)),
]
