"""Addresses of what people take away."""

from django.urls import path

from journeys.editing_urls import MAP
from journeys.views import export_files, exports

urlpatterns = [
    path("w/<slug:workspace>/export/", exports.workspace_export, name="workspace_export"),
    path(f"{MAP}export/", exports.journey_export, name="journey_export"),
    path(f"{MAP}export/page-<int:number>.svg", exports.export_preview, name="export_preview"),
    path(f"{MAP}export/page.html", exports.export_opened, name="export_opened"),
    path("exports/<int:pk>/", export_files.export_detail, name="export_detail"),
    path("exports/<int:pk>/file/", export_files.export_file, name="export_file"),
    path("exports/<int:pk>/cancel/", export_files.export_cancel, name="export_cancel"),
    path("exports/<int:pk>/again/", export_files.export_again, name="export_again"),
    path("exports/<int:pk>/now/", export_files.export_now, name="export_now"),
]
