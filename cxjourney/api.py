"""The one router of the API; the viewsets stand in the apps."""

from rest_framework.routers import DefaultRouter

from journeys.api import JourneyViewSet

router = DefaultRouter()
router.register("journeys", JourneyViewSet, basename="journey")

app_name = "api"
urlpatterns = router.urls
