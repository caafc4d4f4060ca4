"""Addresses of surveys: the team's pages, and below /s/ what customers open without an account."""

from django.urls import path, re_path

from feedback.views import survey_answers, survey_sharing, surveys

_HOME = "w/<slug:workspace>/surveys/"
_ONE = f"{_HOME}<int:pk>/"

urlpatterns = [
    path(_HOME, surveys.survey_list, name="survey_list"),
    path(f"{_HOME}new/", surveys.survey_create, name="survey_create"),
    path(_ONE, surveys.survey_detail, name="survey_detail"),
    path(f"{_ONE}edit/", surveys.survey_edit, name="survey_edit"),
    path(f"{_ONE}close/", surveys.survey_close, name="survey_close"),
    path(f"{_ONE}reopen/", surveys.survey_reopen, name="survey_reopen"),
    path(f"{_ONE}invite/", survey_sharing.survey_invite, name="survey_invite"),
    path(f"{_ONE}retry/", survey_sharing.survey_retry, name="survey_retry"),
    path(f"{_ONE}links/", survey_sharing.survey_links, name="survey_links"),
    re_path(
        r"^w/(?P<workspace>[-\w]+)/surveys/(?P<pk>\d+)/qr\.(?P<kind>svg|png)$",
        survey_sharing.survey_qr,
        name="survey_qr",
    ),
    # Before the tokens, which have 22 characters: these have fewer.
    path("s/i/<str:secret>/", survey_answers.invitation_answer, name="invitation_answer"),
    path("s/i/<str:secret>/thanks/", survey_answers.invitation_thanks, name="invitation_thanks"),
    path("s/forget/", survey_answers.survey_forget, name="survey_forget"),
    path("s/u/<str:signed>/", survey_sharing.survey_unsubscribe, name="survey_unsubscribe"),
    path("s/<str:token>/", survey_answers.survey_answer, name="survey_answer"),
    path("s/<str:token>/thanks/", survey_answers.survey_thanks, name="survey_thanks"),
    path("s/<str:token>/embed/", survey_answers.survey_embed, name="survey_embed"),
    path(
        "s/<str:token>/embed/thanks/",
        survey_answers.survey_embed_thanks,
        name="survey_embed_thanks",
    ),
    path("s/<str:token>/kiosk/", survey_answers.survey_kiosk, name="survey_kiosk"),
    path(
        "s/<str:token>/kiosk/thanks/",
        survey_answers.survey_kiosk_thanks,
        name="survey_kiosk_thanks",
    ),
]
