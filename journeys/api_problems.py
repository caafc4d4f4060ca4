"""How the API's document describes an answer that refuses a call."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

WHO = {
    401: "No valid token and no session.",
    429: "Many calls from the same place were refused within this minute; Retry-After says more.",
    403: "The token's scopes, or the person's role, do not reach this far.",
}


class ProblemSerializer(serializers.Serializer[Any]):
    """Why a call was refused as a whole."""

    detail = serializers.CharField()


def problems(reasons: dict[int, str]) -> dict[int, OpenApiResponse]:
    """Return the refusals of an address, by status, each with its reason."""
    return {
        status: OpenApiResponse(ProblemSerializer, description=reason)
        for status, reason in (WHO | reasons).items()
    }
