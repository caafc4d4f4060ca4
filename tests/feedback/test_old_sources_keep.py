"""The migration that lets sources from before there was retention keep what they have."""

from importlib import import_module

import pytest
from django.apps import apps

from tests.factories import make_source

pytestmark = pytest.mark.django_db

keep = import_module("feedback.migrations.0008_old_sources_keep").keep


def test_an_upgrade_deletes_nothing_by_itself() -> None:
    old = make_source()
    assert old.comments_kept_months == 12
    keep(apps, None)
    old.refresh_from_db()
    assert old.comments_kept_months is None
    assert old.identities_kept_months is None
    assert make_source().identities_kept_months == 6
