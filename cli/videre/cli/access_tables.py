"""Projects, credentials and the audit log, as tables of the terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from videre.cli.tables import table
from videre.v1 import audit_pb2, credential_pb2, project_pb2, retention_pb2


def project_table(projects: Iterable[project_pb2.Project]) -> Table:
    """Return one row per project; what it uses stands before its quota."""
    made = table(
        "Project", "Name", "Active jobs", "Running jobs", "Bytes", "Seconds a day", "State", "Etag"
    )
    for project in projects:
        used = project.usage if project.HasField("usage") else None
        made.add_row(
            project.project_id,
            Text(project.name),
            _of(used and used.active_jobs, project.quotas.active_jobs),
            _of(used and used.running_jobs, project.quotas.running_jobs),
            _of(used and used.storage_bytes, project.quotas.storage_bytes),
            _of(used and used.media_seconds_per_day, project.quotas.media_seconds_per_day),
            "closed" if project.HasField("delete_time") else "open",
            project.etag,
        )
    return made


def hold_table(holds: Iterable[retention_pb2.Hold]) -> Table:
    """Return one row per hold."""
    made = table("Media", "Hold", "Reason", "Since", "By")
    for hold in holds:
        since = hold.create_time.ToJsonString()[:16]
        made.add_row(hold.media_id, hold.hold_id, Text(hold.reason), since, hold.created_by)
    return made


def purge_table(report: retention_pb2.PurgeReport) -> Table:
    """Return one row per place: what was erased, what stays, what was found nevertheless."""
    made = table("Place", "Erased", "Kept", "Found", "Why")
    for place in report.erased:
        made.add_row(place.place, f"{place.count:,}", "", "", "")
    for place in report.kept:
        made.add_row(place.place, "", f"{place.count:,}", "", place.reason)
    for place in report.found:
        made.add_row(place.place, "", "", f"{place.count:,}", "")
    return made


def _of(used: int | None, limit: int) -> str:
    words = f"{limit:,}" if limit else "no limit"
    return words if used is None else f"{used:,} of {words}"


def credential_table(credentials: Iterable[credential_pb2.Credential]) -> Table:
    """Return one row per key, the newest of a credential first."""
    made = table("Credential", "Name", "Project", "Roles", "Key", "State", "Ends", "Last used")
    for one in credentials:
        roles = ", ".join(
            credential_pb2.AccessRole.Name(role).removeprefix("ACCESS_ROLE_").lower()
            for role in one.roles
        )
        for index, key in enumerate(one.keys):
            head = (one.credential_id, Text(one.name), one.project_id, roles)
            made.add_row(
                *(head if index == 0 else ("", "", "", "")),
                key.key_id,
                _state(key),
                key.expire_time.ToJsonString()[:10],
                key.last_use_time.ToJsonString()[:16] if key.HasField("last_use_time") else "never",
            )
    return made


def _state(key: credential_pb2.CredentialKey) -> str:
    if key.live:
        return "live"
    return "revoked" if key.HasField("revoke_time") else "ended"


def audit_table(entries: Iterable[audit_pb2.AuditEntry]) -> Table:
    """Return one row per thing that was changed, the last entry first."""
    made = table("Entry", "Time", "Who", "Call", "What", "Id", "From", "To")
    for entry in entries:
        head = (
            str(entry.number),
            entry.time.ToJsonString()[:19],
            Text(entry.subject),
            entry.method,
        )
        for index, change in enumerate(entry.changes):
            made.add_row(
                *(head if index == 0 else ("", "", "", "")),
                change.kind,
                Text(change.id),
                change.from_digest[:8] or "–",
                change.to_digest[:8] or "–",
            )
        if more := entry.change_count - len(entry.changes):
            made.add_row("", "", "", "", f"… {more:,} more", "", "", "")
    return made
