"""Why a touchpoint or a handoff cannot be as somebody wants it, in words."""

from collections.abc import Collection

from touchpoints.models import Handoff, Team, Touchpoint


def channel_taken(step_id: int, channel_id: int, *, besides: int = 0) -> str:
    """Return which other touchpoint stands at a step in a channel, as a sentence; "" for none."""
    there = Touchpoint.objects.filter(
        step=step_id, channel=channel_id, archived_at__isnull=True
    ).exclude(pk=besides)
    taken = there.select_related("step", "channel").first()
    if taken is None:
        return ""
    return (
        f"“{taken}” stands at “{taken.step}” in the channel “{taken.channel}” already, and a step "
        "has one touchpoint in each channel. Choose another channel, or merge the two."
    )


def touchpoint_clash(row: Touchpoint, changed: Collection[str]) -> str:
    """Say which touchpoint has the place that another one is to take."""
    if row.archived_at is not None or not {"step_id", "channel_id", "archived_at"} & set(changed):
        return ""
    return channel_taken(row.step_id, row.channel_id, besides=row.pk or 0)


def same_team(team: Team) -> str:
    """Say that a handoff needs two teams."""
    return (
        f"A handoff goes from one team to another, and both ends are “{team}”. "
        "Choose another team on one side."
    )


def handed_over(from_: Touchpoint, to: Touchpoint, *, besides: int = 0) -> str:
    """Return that a touchpoint cannot hand over to another, as a sentence; "" where it can."""
    if from_.pk == to.pk:
        return f"“{from_}” cannot hand over to itself. Choose another touchpoint."
    there = Handoff.objects.filter(from_touchpoint=from_, to_touchpoint=to, removed_at__isnull=True)
    if there.exclude(pk=besides).exists():
        return f"“{from_}” hands over to “{to}” already. Change that handoff instead."
    return ""


def handoff_clash(row: Handoff, changed: Collection[str]) -> str:
    """Say what stands in the way of a handoff."""
    if row.removed_at is not None:
        return ""
    if {"from_team_id", "to_team_id"} & set(changed) and row.from_team_id == row.to_team_id:
        return same_team(row.from_team)
    if {"from_touchpoint_id", "to_touchpoint_id", "removed_at"} & set(changed):
        return handed_over(row.from_touchpoint, row.to_touchpoint, besides=row.pk or 0)
    return ""
