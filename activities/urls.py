"""Addresses of the register: every plan has its own, and ``/`` leads to the current one."""

from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from activities.exports.list_files import ENDINGS
from activities.views import (
    activity,
    activity_list,
    agencies,
    agenda,
    audit,
    calendar,
    compare,
    dashboard,
    decision_edit,
    decisions,
    editing,
    help_page,
    mail,
    meeting_edit,
    meetings,
    milestones,
    overdue,
    pack_prepare,
    packs,
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
    screen,
    search,
    slippage,
    status_update,
    timeline,
)
from tnoc_tracker.record import addresses  # noqa: F401  makes <id:…> known


class KeyConverter(StringConverter):
    """An activity's key in an address; PostgreSQL cannot be asked for a text with a NUL in it."""

    regex = r"[^/\x00]+"


class EndingConverter(StringConverter):
    """The form of a list's file, by the ending of its address."""

    regex = "|".join(ENDINGS)


register_converter(KeyConverter, "key")
register_converter(EndingConverter, "ending")

plan_urls = [
    path("", dashboard.plan_dashboard, name="plan_dashboard"),
    path("overdue/", overdue.overdue, name="overdue"),
    path("overdue.<ending:ending>", overdue.overdue_file, name="overdue_file"),
    path("slippage/", slippage.slippage, name="slippage"),
    path("slippage.<ending:ending>", slippage.slippage_file, name="slippage_file"),
    path("timeline/", timeline.timeline, name="timeline"),
    path("search/", search.search, name="search"),
    path("screen/", screen.screen, name="screen"),
    path("activities/", activity_list.activity_list, name="activity_list"),
    path("activities.<ending:ending>", activity_list.activity_list_file, name="activity_list_file"),
    path("activities/<key:key>/", activity.activity, name="activity"),
    path("activities/<key:key>/update/", status_update.activity_update, name="activity_update"),
    path("activities/<key:key>/words/", editing.words, name="activity_words"),
    path("activities/<key:key>/withdraw/", editing.withdraw, name="activity_withdraw"),
    path("activities/<key:key>/reinstate/", editing.reinstate, name="activity_reinstate"),
    path("activities/<key:key>/roles/", roles.activity_roles, name="activity_roles"),
    path("activities/<key:key>/roles/<id:role>/end/", roles.role_end, name="role_end"),
    path("activities/<key:key>/milestones/", milestones.activity_milestones, name="activity_milestones"),
    path("activities/<key:key>/milestones/<id:milestone>/", milestones.milestone_edit, name="milestone_edit"),
    path("activities/<key:key>/milestones/<id:milestone>/date/", milestones.milestone_date, name="milestone_date"),
    path(
        "activities/<key:key>/milestones/<id:milestone>/delivery/",
        milestones.milestone_delivery,
        name="milestone_delivery",
    ),
    path(
        "activities/<key:key>/milestones/<id:milestone>/remove/", milestones.milestone_remove, name="milestone_remove"
    ),
    path("activities/<key:key>/milestones/<id:milestone>/end/", milestones.milestone_end, name="milestone_end"),
    path(
        "activities/<key:key>/milestones/<id:milestone>/propose/",
        proposals.milestone_propose,
        name="milestone_propose",
    ),
    path("activities/<key:key>/milestones/<id:milestone>/proposal/", proposals.proposal_answer, name="proposal_answer"),
    path(
        "activities/<key:key>/milestones/<id:milestone>/proposal/take-back/",
        proposals.proposal_take_back,
        name="proposal_take_back",
    ),
    path("proposals/", proposals.proposal_list, name="proposal_list"),
    path("proposals.<ending:ending>", proposals.proposal_list_file, name="proposal_list_file"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/call/", meeting_edit.meeting_call, name="meeting_call"),
    path("meetings/<id:meeting>/", meetings.meeting, name="meeting"),
    path("meetings/<id:meeting>/change/", meeting_edit.meeting_change, name="meeting_change"),
    path("meetings/<id:meeting>/call-off/", meeting_edit.meeting_call_off, name="meeting_call_off"),
    path("meetings/<id:meeting>/agenda/", agenda.agenda, name="agenda"),
    path("meetings/<id:meeting>/agenda/bring-in/", agenda.agenda_bring_in, name="agenda_bring_in"),
    path("meetings/<id:meeting>/agenda/order/", agenda.agenda_order, name="agenda_order"),
    path("meetings/<id:meeting>/agenda/add/", agenda.agenda_add, name="agenda_add"),
    path("meetings/<id:meeting>/agenda/<id:item>/", agenda.agenda_item, name="agenda_item"),
    path("meetings/<id:meeting>/agenda/<id:item>/off/", agenda.agenda_take_off, name="agenda_take_off"),
    path("meetings/<id:meeting>/agenda/<id:item>/back/", agenda.agenda_put_back, name="agenda_put_back"),
    path("meetings/<id:meeting>/decide/", decision_edit.decision_record, name="decision_record"),
    path("meetings/<id:meeting>/pack/", pack_prepare.pack_prepare, name="pack_prepare"),
    path("meetings/<id:meeting>/pack/preview/", pack_prepare.pack_preview, name="pack_preview"),
    path("packs/<id:pack>/", packs.pack, name="pack"),
    path("packs/<id:pack>/page/", packs.pack_page, name="pack_page"),
    path("packs/<id:pack>/files/<str:form>/", packs.pack_file, name="pack_file"),
    path("packs/<id:pack>/make/<str:form>/", packs.pack_make, name="pack_make"),
    path("decisions/", decisions.decisions, name="decisions"),
    path("decisions.<ending:ending>", decisions.decisions_file, name="decisions_file"),
    path("decisions/<id:decision>/", decisions.decision, name="decision"),
    path("decisions/<id:decision>/change/", decision_edit.decision_change, name="decision_change"),
    path("decisions/<id:decision>/report/", decision_edit.decision_report, name="decision_report"),
    path("decisions/<id:decision>/settle/", decision_edit.decision_settle, name="decision_settle"),
    path("decisions/<id:decision>/reopen/", decision_edit.decision_reopen, name="decision_reopen"),
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/open/", round_open.round_open, name="round_open"),
    path("rounds/<slug:quarter>.<ending:ending>", rounds.round_file, name="round_file"),
    path("rounds/<slug:quarter>/", rounds.round_page, name="round"),
    path("rounds/<slug:quarter>/extend/", round_edit.round_extend, name="round_extend"),
    path("rounds/<slug:quarter>/note/", round_edit.round_note, name="round_note"),
    path("rounds/<slug:quarter>/close/", round_edit.round_close, name="round_close"),
    path("rounds/<slug:quarter>/reopen/", round_edit.round_reopen, name="round_reopen"),
    path("rounds/<slug:quarter>/review/", review_queue.review_queue, name="review_queue"),
    path("rounds/<slug:quarter>/review/unchanged/", review_queue.accept_unchanged, name="accept_unchanged"),
    path("returns/", returns.my_returns, name="my_returns"),
    path("returns/<id:ret>/", return_page.return_page, name="return_page"),
    path("returns/<id:ret>/no-change/", returns.return_no_change, name="return_no_change"),
    path("returns/<id:ret>/comment/", returns.return_comment, name="return_comment"),
    path("returns/<id:ret>/review/", review.return_review, name="return_review"),
    path("returns/<id:ret>/correct/", return_correct.return_correct, name="return_correct"),
    path("agencies/", agencies.agency_list, name="agency_list"),
    path("agencies.<ending:ending>", agencies.agency_list_file, name="agency_list_file"),
    path("agencies/<slug:body>/", agencies.agency, name="agency"),
    path("agencies/<slug:body>/members/", roles.collective_members, name="collective_members"),
    path("my-agency/", agencies.my_agency, name="my_agency"),
    path("compare/", compare.compare_page, name="compare"),
    path("compare.<ending:ending>", compare.compare_file, name="compare_file"),
    path("compare/seen/", compare.mark_seen, name="mark_seen"),
    path("audit/", audit.audit, name="audit"),
    path("audit.<ending:ending>", audit.audit_file, name="audit_file"),
]

urlpatterns = [
    path("", dashboard.home, name="home"),
    path("mail/", mail.mail, name="mail"),
    path("mail/<id:message>/", mail.message, name="message"),
    path("mail/<id:message>/send/", mail.message_send, name="message_send"),
    path("help/", help_page.help_page, name="help"),
    path("calendar/<str:token>.ics", calendar.calendar, name="calendar"),
    path("plans/<slug:plan>/", include(plan_urls)),
]
