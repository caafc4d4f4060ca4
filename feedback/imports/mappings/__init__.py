"""Mappings: what the columns of a file mean, as a file says it and as the importer reads it."""
