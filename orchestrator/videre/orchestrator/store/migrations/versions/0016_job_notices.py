"""PostgreSQL tells listening processes of a job's new events. SQLite has one process."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make the trigger."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(
        "CREATE FUNCTION videre_tell_of_job() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_notify('videre_job', NEW.job_id); RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER job_event_told AFTER INSERT ON job_event "
        "FOR EACH ROW EXECUTE FUNCTION videre_tell_of_job()"
    )
