"""The rows of the table of permissions, by part of the site.

Put a new address into the row that says what it is for.
"""

from cxjourney.permission_rows import accounts, admin_site, feedback, maps, numbers
from cxjourney.permission_rows.admin_site import ADMIN_MODELS
from cxjourney.permission_rows.feedback import TOKENS
from cxjourney.permission_rows.lines import Lines

__all__ = ["ADMIN_MODELS", "ROWS", "TOKENS"]

ROWS: dict[str, Lines] = accounts.ROWS | maps.ROWS | numbers.ROWS | feedback.ROWS | admin_site.ROWS
