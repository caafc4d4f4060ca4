"""Addresses of what people write down at a touchpoint."""

from django.urls import path

from feedback.views import observing

urlpatterns = [
    path(
        "w/<slug:workspace>/touchpoints/<int:pk>/notes/new/",
        observing.note_create,
        name="note_create",
    ),
    path(
        "w/<slug:workspace>/touchpoints/<int:pk>/day-totals/new/",
        observing.friction_input_create,
        name="friction_input_create",
    ),
]
