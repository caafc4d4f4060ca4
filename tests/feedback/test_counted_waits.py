"""The migration that puts observations behind waits which only were counted."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from feedback import recounting
from feedback.metrics.durations import ZERO_BUCKET, bucket_of
from feedback.models import DurationCount, Observation, Source
from tests.factories import NOON, make_observation, make_touchpoint
from touchpoints.models import Touchpoint

pytestmark = pytest.mark.django_db

observe = import_module("feedback.migrations.0007_counted_waits").observe


def counted() -> set[tuple[int, str, int, int]]:
    return set(DurationCount.objects.values_list("touchpoint", "kind", "bucket", "count"))


@pytest.fixture
def touchpoint() -> Touchpoint:
    return make_touchpoint()


def test_counts_without_records_get_them(touchpoint: Touchpoint) -> None:
    day = NOON.date()
    for bucket, count in ((ZERO_BUCKET, 1), (-3, 2), (84, 5)):
        DurationCount.objects.create(
            touchpoint=touchpoint, kind="wait", bucket=bucket, day=day, count=count
        )
    before = counted()
    observe(apps, None)
    assert counted() == before
    assert not any(compared.wrong for compared in recounting.check())
    assert Observation.objects.count() == 8
    for observation in Observation.objects.all():
        assert bucket_of(observation.seconds) == observation.bucket
        assert observation.occurred_at.date() == day
    assert Source.objects.get().workspace == touchpoint.step.stage.journey.workspace


def test_only_what_is_counted_beyond_the_records(touchpoint: Touchpoint) -> None:
    wait = make_observation(touchpoint, kind="wait", seconds=60.0)
    make_observation(touchpoint, kind="frt", seconds=60.0, occurred_at=NOON + timedelta(days=1))
    observe(apps, None)
    assert Observation.objects.count() == 2
    DurationCount.objects.filter(kind="wait").update(count=3)
    observe(apps, None)
    assert Observation.objects.filter(kind="wait", bucket=wait.bucket).count() == 3
    assert not any(compared.wrong for compared in recounting.check())
