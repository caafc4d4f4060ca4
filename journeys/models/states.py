"""What several people and programs may want to take on at the same time."""

from collections.abc import Collection
from typing import Any

from django.db import models


class Job(models.Model):
    """Something in one of several states; whoever changes that must have been the first."""

    class Meta:
        abstract = True

    def move(self, state: str, *, out_of: Collection[str], **values: Any) -> bool:
        """Change the state, if it is still one of `out_of`; return whether it was.

        People, workers and pages may want to at the same time: the database decides.
        """
        values |= {"state": state}
        still = {"pk": self.pk, "state__in": out_of}
        moved = type(self)._default_manager.filter(**still).update(**values)
        if moved:
            for name, value in values.items():
                setattr(self, name, value)
        return bool(moved)
