"""The one router of the API and its document; the views stand in the apps."""

from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.routers import DefaultRouter

from cxjourney import api_document as api_document
from feedback.api import (
    FeedbackBulkView,
    FeedbackView,
    ObservationBulkView,
    ObservationView,
    OutcomeViewSet,
)
from journeys.api import JourneyViewSet

router = DefaultRouter()
# There is JSON only; an address with ".json" behind it would be a second one for the same.
router.include_format_suffixes = False
router.register("journeys", JourneyViewSet, basename="journey")
router.register("outcomes", OutcomeViewSet, basename="outcome")

app_name = "api"
urlpatterns = [
    path("feedback/", FeedbackView.as_view(), name="feedback"),
    path("feedback/bulk/", FeedbackBulkView.as_view(), name="feedback-bulk"),
    path("observations/", ObservationView.as_view(), name="observation"),
    path("observations/bulk/", ObservationBulkView.as_view(), name="observation-bulk"),
    path("schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    *router.urls,
]
