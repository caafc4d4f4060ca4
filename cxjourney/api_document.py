"""What the API's document says that no view can say for itself."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

# The bodies that may be a bare array as well, each with the schema of its records.
BULK = {
    "Answers": "Feedback",
    "Observations": "Observation",
    "OutcomePoints": "OutcomePoint",
}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """A token made on the page of tokens."""

    target_class = "journeys.api_tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the scheme: Authorization: Bearer cxj_…"""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of one workspace, made on its page of API tokens.",
        }


def strict(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Say that records have no other fields, and that a bulk body may be the array alone."""
    schemas = result["components"]["schemas"]
    for bulk, record in BULK.items():
        schemas[record]["additionalProperties"] = False
        wrapped = schemas[bulk] | {"additionalProperties": False}
        records = wrapped["properties"]["records"]
        records |= {"minItems": 1, "maxItems": 10_000}
        schemas[bulk] = {"anyOf": [wrapped, dict(records)]}
    return result
