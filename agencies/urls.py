"""Addresses of signing in, one's own account, and the administrators' pages of people and bodies."""

from django.urls import path

from agencies.views import account, bodies, feeds, mail, memberships, people, saved_views, sign_in
from tnoc_tracker.record import addresses  # noqa: F401  makes <id:…> known

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("account/", account.account, name="account"),
    path("account/password/", account.password, name="password"),
    path("account/calendar/", feeds.calendar_feed, name="calendar_feed"),
    path("account/mail/", mail.mail_preference, name="mail_preference"),
    path("account/views/", saved_views.saved_views, name="saved_views"),
    path("account/views/save/", saved_views.saved_view_add, name="saved_view_add"),
    path("account/views/<id:view>/rename/", saved_views.saved_view_rename, name="saved_view_rename"),
    path("account/views/<id:view>/delete/", saved_views.saved_view_forget, name="saved_view_forget"),
    path("invitation/<str:token>/", account.invitation, name="invitation"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="person_invite"),
    path("people/<id:person>/", people.person, name="person"),
    path("people/<id:person>/edit/", people.person_edit, name="person_edit"),
    path("people/<id:person>/link/", people.one_time_link, name="person_link"),
    path("people/<id:person>/unlock/", people.unlock, name="person_unlock"),
    path("people/<id:person>/access/", people.access, name="person_access"),
    path("people/<id:person>/administrator/", people.administrator, name="person_administrator"),
    path("people/<id:person>/memberships/", memberships.membership_add, name="membership_add"),
    path("people/<id:person>/memberships/<id:membership>/", memberships.membership_edit, name="membership_edit"),
    path("bodies/", bodies.bodies, name="bodies"),
    path("bodies/add/", bodies.body_add, name="body_add"),
    path("bodies/<slug:body>/", bodies.body_edit, name="body_edit"),
]
