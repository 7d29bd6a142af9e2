"""Limits of the calls about projects, credentials and the audit log."""

from __future__ import annotations

from typing import Any

from limits.rows import HEX, Row, id_rows, page_rows

_ROLES = "ACCESS_ROLE_VIEWER, ACCESS_ROLE_SUBMITTER, ACCESS_ROLE_REVIEWER, ACCESS_ROLE_ADMIN"
_LIFETIME = "60..315360000"
_PROJECT = "[a-z0-9][a-z0-9-]{0,62}"
_NEW: dict[str, Any] = {"name": "ada", "roles": ["ACCESS_ROLE_VIEWER"]}


def _lifetime_rows(call: str, **beside: Any) -> list[Row]:
    return [
        Row(call, "lifetime", {"lifetime": {"seconds": 59}}, _LIFETIME, "59.0", beside=beside),
        Row(call, "lifetime", {"lifetime": {"seconds": 315_360_001}}, _LIFETIME, "315360001.0",
            beside=beside),
    ]  # fmt: skip


def _text_rows(call: str, **beside: Any) -> list[Row]:
    return [
        Row(call, "name", {"name": "字" * 86}, "256 bytes", "258", beside=beside),
        Row(call, "description", {"description": "d" * 1_025}, "1024 bytes", "1025",
            beside=beside),
    ]  # fmt: skip


def _quota_rows(call: str, **beside: Any) -> list[Row]:
    return [
        Row(call, "quotas.active_jobs", {"quotas": {"active_jobs": -1}}, "0..1000000", "-1",
            beside=beside),
        Row(call, "quotas.active_jobs", {"quotas": {"active_jobs": 1_000_001}}, "0..1000000",
            "1000001", beside=beside),
        Row(call, "quotas.storage_bytes", {"quotas": {"storage_bytes": -1}},
            f"0..{2**60}", "-1", beside=beside),
        Row(call, "quotas.media_seconds_per_day", {"quotas": {"media_seconds_per_day": -1}},
            "0..1000000000", "-1", beside=beside),
        Row(call, "media_retention", {"media_retention": {"seconds": 59}},
            "60..3162240000", "59.0", beside=beside),
        Row(call, "quotas.running_jobs", {"quotas": {"running_jobs": 1_000_001}}, "0..1000000",
            "1000001", beside=beside),
    ]  # fmt: skip


ACCESS_ROWS = [
    Row("CreateCredential", "name", {"name": ""}, "1 character", "", beside=_NEW),
    Row("CreateCredential", "name", {"name": "n" * 129}, "128 bytes", "129", beside=_NEW),
    Row("CreateCredential", "name", {"name": "a\0"}, "no control characters", "'a\\x00'",
        beside=_NEW),
    Row("CreateCredential", "roles", {"roles": []}, "at least one", "", beside={"name": "ada"}),
    Row("CreateCredential", "roles[0]", {"roles": [9]}, _ROLES, "9", beside={"name": "ada"}),
    *_lifetime_rows("CreateCredential", **_NEW),
    *_lifetime_rows("RotateCredential", credential_id="x"),
    *page_rows("ListCredentials"),
    *id_rows("credential_id", "an id", "GetCredential", "RotateCredential", "DeleteCredential"),
    Row("RevokeCredentialKey", "credential_id", {"credential_id": ""}, "an id", "",
        beside={"key_id": "x"}),
    Row("RevokeCredentialKey", "key_id", {"key_id": ""}, "an id", "",
        beside={"credential_id": "x"}),
    Row("CreateProject", "project_id", {"project_id": "A"}, _PROJECT, "A"),
    Row("CreateProject", "project_id", {"project_id": "a" * 64}, _PROJECT, "a" * 64),
    *_text_rows("CreateProject", project_id="films"),
    *_quota_rows("CreateProject", project_id="films"),
    *page_rows("ListProjects"),
    *_text_rows("UpdateProject"),
    *_quota_rows("UpdateProject"),
    *id_rows("project_id", "an id", "DeleteProject", "UndeleteProject"),
    *page_rows("ListAuditEntries"),
    Row("ListAuditEntries", "subject", {"subject": "字" * 86}, "256 bytes", "258"),
    Row("ListAuditEntries", "method", {"method": "m" * 129}, "128 bytes", "129"),
    Row("VerifyAuditLog", "known_entry_number", {"known_entry_number": -1}, f"0..{2**62 - 1}",
        "-1", beside={"known_entry_digest": "a" * 64}),
    Row("VerifyAuditLog", "known_entry_number", {"known_entry_digest": "a" * 64}, "1..", "0"),
    Row("VerifyAuditLog", "known_entry_digest", {"known_entry_number": 1}, HEX, ""),
]  # fmt: skip
