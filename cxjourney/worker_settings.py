"""What the background worker does: a part of the settings that no deployment changes."""

# Long jobs wait in the database for `manage.py work`; those of a rolled-back change never start.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# Jobs that a killed worker left half done and that another one may do from the beginning.
REPEATABLE_TASKS = [
    "feedback.alerting.hooks.send",
    "feedback.alerting.telling.mail_contact",
    "feedback.driving.jobs.compute",
    "feedback.imports.batches.check_batch",
    "feedback.imports.batches.run_batch",
    "feedback.closing.follow_ups.send_follow_up",
    "feedback.closing.opening.open_between",
    "feedback.closing.opening.open_by_rule",
    "feedback.closing.opening.open_changed",
    "feedback.surveys.mailing.send_invitations",
    "feedback.themes.assigning.assign_between",
    "feedback.themes.assigning.assign_changed",
    "feedback.themes.assigning.assign_all",
    "journeys.commenting.mailing.send_notices",
    "journeys.exports.jobs.make_export",
    "journeys.mailing.send_letter",
    "journeys.telling.send_told",
]
# What the worker calls between jobs, with the present moment, and every how many minutes.
HOUSEKEEPING = {
    "cxjourney.worker.take_over": 1,
    "feedback.imports.batches.fail_abandoned": 1,
    "feedback.imports.batches.delete_old_files": 60,
    "feedback.closing.opening.open_missed": 60,
    "feedback.closing.tending.escalate": 10,
    "feedback.closing.tending.take_recoveries": 60,
    "journeys.exports.jobs.fail_abandoned": 1,
    "journeys.exports.jobs.delete_old_files": 10,
    "feedback.privacy.retention.forget_expired": 60,
    "feedback.surveys.cutting_loose.cut_loose_sent": 60,
    "feedback.improving.telling.tell_outcomes": 60,
    "feedback.api.idempotency.forget_old_keys": 60,
    "feedback.alerting.watching.watch": 60,
    "feedback.alerting.hooks.forget_old": 60,
    "feedback.driving.jobs.forget_old": 60,
    "cxjourney.worker.forget_finished": 60,
    "journeys.limits.forget_old": 10,
}
