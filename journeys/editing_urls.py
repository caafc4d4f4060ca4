"""Addresses of the editor: every part of a map below the map's own address."""

from django.urls import path

from journeys.views import map_parts
from journeys.views.editing import cards, columns, journey, lanes

MAP = "w/<slug:workspace>/journeys/<slug:slug>/"

urlpatterns = [
    path(f"{MAP}parts/", map_parts.map_parts, name="map_parts"),
    path(f"{MAP}edit/", journey.journey_edit, name="journey_edit"),
    path(f"{MAP}undo/", journey.journey_undo, name="journey_undo"),
    path(f"{MAP}redo/", journey.journey_redo, name="journey_redo"),
    path(f"{MAP}stages/new/", columns.stage_create, name="stage_create"),
    path(f"{MAP}stages/<int:pk>/", columns.stage_edit, name="stage_edit"),
    path(f"{MAP}stages/<int:pk>/move/", columns.stage_move, name="stage_move"),
    path(f"{MAP}stages/<int:pk>/copy/", columns.stage_copy, name="stage_copy"),
    path(f"{MAP}stages/<int:pk>/merge/", columns.stage_merge, name="stage_merge"),
    path(f"{MAP}stages/<int:pk>/remove/", columns.stage_remove, name="stage_remove"),
    path(f"{MAP}steps/new/", columns.step_create, name="step_create"),
    path(f"{MAP}steps/<int:pk>/", columns.step_edit, name="step_edit"),
    path(f"{MAP}steps/<int:pk>/move/", columns.step_move, name="step_move"),
    path(f"{MAP}steps/<int:pk>/copy/", columns.step_copy, name="step_copy"),
    path(f"{MAP}steps/<int:pk>/split/", columns.step_split, name="step_split"),
    path(f"{MAP}steps/<int:pk>/split-stage/", columns.step_split_stage, name="step_split_stage"),
    path(f"{MAP}steps/<int:pk>/merge/", columns.step_merge, name="step_merge"),
    path(f"{MAP}steps/<int:pk>/remove/", columns.step_remove, name="step_remove"),
    path(f"{MAP}steps/<int:pk>/feeling/", journey.feeling_assess, name="feeling_assess"),
    path(f"{MAP}lanes/new/", lanes.lane_create, name="lane_create"),
    path(f"{MAP}lanes/<int:pk>/", lanes.lane_edit, name="lane_edit"),
    path(f"{MAP}lanes/<int:pk>/move/", lanes.lane_move, name="lane_move"),
    path(f"{MAP}lanes/<int:pk>/line/", lanes.lane_line, name="lane_line"),
    path(f"{MAP}lanes/<int:pk>/remove/", lanes.lane_remove, name="lane_remove"),
    path(f"{MAP}cards/new/", cards.card_create, name="card_create"),
    path(f"{MAP}cards/paste/", cards.card_paste, name="card_paste"),
    path(f"{MAP}cards/<int:pk>/", cards.card_edit, name="card_edit"),
    path(f"{MAP}cards/<int:pk>/move/", cards.card_move, name="card_move"),
    path(f"{MAP}cards/<int:pk>/copy/", cards.card_copy, name="card_copy"),
    path(f"{MAP}cards/<int:pk>/split/", cards.card_split, name="card_split"),
    path(f"{MAP}cards/<int:pk>/merge/", cards.card_merge, name="card_merge"),
    path(f"{MAP}cards/<int:pk>/remove/", cards.card_remove, name="card_remove"),
    path(f"{MAP}cards/<int:pk>/image/", cards.card_image, name="card_image"),
    path(
        f"{MAP}cards/<int:pk>/image/full/", cards.card_image, {"full": True}, name="card_image_full"
    ),
]
