"""Evidence."""


def touchpoint_evidence(request, workspace, pk): ...
