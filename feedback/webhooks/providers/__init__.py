"""How each tool's payload reads. A module per tool, all with the same two functions.

`read(payload, mapping, journey)` returns the Content and raises BadBody;
`questions(payload)` returns what can be given a meaning.
"""

from types import ModuleType

from feedback.models import Provider
from feedback.webhooks.providers import formbricks, generic, typeform, zendesk

PROVIDERS: dict[str, ModuleType] = {
    Provider.FORMBRICKS: formbricks,
    Provider.TYPEFORM: typeform,
    Provider.ZENDESK: zendesk,
    Provider.GENERIC: generic,
}
