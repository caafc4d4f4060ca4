"""What is done in the admin is written into the audit log, once for each object.

The admin's own history says which value became which; the log says who did what to what, and
for settings the values, too. What customers said is in neither.
"""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from journeys.admin.access import workspace_of
from journeys.auditing import audit
from journeys.models import AuditKind, Workspace

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = admin.ModelAdmin

MOST_NAMED = 20
"""Of objects that are deleted at once; more are counted."""


class Audited(_ModelAdmin):
    """Writes additions, changes and deletions into the audit log."""

    # Of an answer, not even the name: it may be what somebody said.
    names_in_audit = True
    audits_settings = False

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Write it into the history and the log."""
        self._write_down(request, AuditKind.ADMIN, f"Added {self._named(obj)}", workspace_of(obj))
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Write it into the history and the log."""
        kind = AuditKind.SETTINGS if self.audits_settings else AuditKind.ADMIN
        values = {"values": message} if self.audits_settings and isinstance(message, str) else {}
        text = f"Changed {self._named(obj)}"
        self._write_down(request, kind, text, workspace_of(obj), **values)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Write each into the history; into the log, too, unless there are very many."""
        objects = list(queryset)
        if len(objects) <= MOST_NAMED:
            for obj in objects:
                text = f"Deleted {self._named(obj)}"
                self._write_down(request, AuditKind.DELETION, text, workspace_of(obj))
        else:
            self.audit_many(request, AuditKind.DELETION, "Deleted", objects)
        return super().log_deletions(request, queryset)

    def audit_many(
        self, request: HttpRequest, kind: AuditKind, did: str, objects: Iterable[Model]
    ) -> None:
        """Write down in each workspace how many of its objects something was done to."""
        for workspace, number in Counter(map(workspace_of, objects)).items():
            name = self.opts.verbose_name if number == 1 else self.opts.verbose_name_plural
            self._write_down(request, kind, f"{did} {number:,} {name}", workspace)

    def _named(self, obj: Model) -> str:
        said = f"“{obj}”" if self.names_in_audit else str(obj.pk)
        return f"{self.opts.verbose_name} {said}"

    def _write_down(
        self,
        request: HttpRequest,
        kind: AuditKind,
        text: str,
        workspace: Workspace | None,
        **facts: Any,
    ) -> None:
        by: Any = request.user
        audit(kind, f"{text} in the admin.", by=by, workspace=workspace, request=request, **facts)
