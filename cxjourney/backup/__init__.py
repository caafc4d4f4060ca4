"""Backing up the database and the uploaded files into one archive, and restoring them, verified.

`manage.py backup` calls `taking.take`, `manage.py restore` calls `restoring.restore`.
"""
