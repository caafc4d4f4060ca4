"""Why a backup or a restore stops."""


class BackupProblem(Exception):
    """It cannot go on; the message says why, and what to do."""
