"""What comments are about, by the keywords that admins keep."""
