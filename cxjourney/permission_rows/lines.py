"""What a row of the table of permissions is written as."""

Lines = tuple[tuple[str, str, dict[str, str]], ...]
"""What one does, to whom the site lets do it (a name of `permissions.Access`), and the addresses
that are for it, by method."""
