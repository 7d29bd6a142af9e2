"""Whatever a call changes stands in the audit log, by who and what, and the log's chain holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from calling import TIMEOUT_S, Api, refused, text_request

from videre.v1 import (
    audit_pb2,
    credential_pb2,
    event_pb2,
    job_pb2,
    library_pb2,
    media_pb2,
    moderation_pb2,
    project_pb2,
)

#: Project of this module.
PROJECT = "audit-log"


@pytest.fixture(scope="module")
def api(own_api: Api) -> Api:
    return own_api


def entries(api: Api, **asked: Any) -> list[audit_pb2.AuditEntry]:
    request = audit_pb2.ListAuditEntriesRequest(
        **{"project_id": PROJECT, "page_size": 1_000} | asked
    )
    return list(api.audit.ListAuditEntries(request, timeout=TIMEOUT_S).entries)


def verified(api: Api, **asked: Any) -> moderation_pb2.ChainAudit:
    request = audit_pb2.VerifyAuditLogRequest(**asked)
    return api.audit.VerifyAuditLog(request, timeout=TIMEOUT_S).chain


def logged(api: Api, call: Callable[[], Any]) -> dict[str, set[str]]:
    """Make a call; return the kinds of things it changed, by the method of each new entry."""
    before = len(entries(api))
    call()
    new = entries(api)[: len(entries(api)) - before]
    return {one.method: {change.kind for change in one.changes} for one in new}


def test_every_kind_of_change_has_an_entry(api: Api) -> None:
    def submit() -> None:
        api.submit(text_request())

    assert logged(api, submit) == {"JobService/SubmitJob": {"job", "media"}}

    def library() -> None:
        request = library_pb2.CreateLibraryRequest(
            library_id="faces", kind=library_pb2.LIBRARY_KIND_PERSONS
        )
        api.libraries.CreateLibrary(request, timeout=TIMEOUT_S)

    assert logged(api, library) == {"LibraryService/CreateLibrary": {"library"}}

    def webhook() -> None:
        request = event_pb2.CreateWebhookRequest(name="w", uri="https://example.com/hook")
        api.events.CreateWebhook(request, timeout=TIMEOUT_S)

    assert logged(api, webhook) == {"EventService/CreateWebhook": {"webhook"}}

    def credential() -> None:
        request = credential_pb2.CreateCredentialRequest(
            name="c", roles=[credential_pb2.ACCESS_ROLE_VIEWER]
        )
        api.credentials.CreateCredential(request, timeout=TIMEOUT_S)

    assert logged(api, credential) == {
        "CredentialService/CreateCredential": {"credential", "credential_key"}
    }

    def rename() -> None:
        request = project_pb2.UpdateProjectRequest(project_id=PROJECT, name="Logged")
        api.projects.UpdateProject(request, timeout=TIMEOUT_S)

    assert logged(api, rename) == {"ProjectService/UpdateProject": {"project"}}


def test_an_upload_is_logged_by_its_ends(api: Api) -> None:
    media = api.uploaded(b"An upload in one piece.")
    told = [one.method for one in entries(api)][:2]
    assert told == ["MediaService/CompleteUpload", "MediaService/CreateUpload"]
    (last,) = entries(api, page_size=1)
    assert media.media_id in {change.id for change in last.changes if change.kind == "media"}


def test_what_is_looked_at_or_refused_is_not_logged(api: Api) -> None:
    before = len(entries(api))
    api.jobs.ListJobs(job_pb2.ListJobsRequest(), timeout=TIMEOUT_S)
    refused(lambda: api.submit(text_request(priority=12)))
    api.submit(text_request(validate_only=True))
    assert len(entries(api)) == before


def test_the_chain_holds_and_keeps_what_was_kept(api: Api) -> None:
    last = entries(api)[0]
    chain = verified(api, known_entry_number=last.number, known_entry_digest=last.digest)
    assert chain.state == moderation_pb2.CHAIN_STATE_INTACT
    assert (chain.link_count, chain.head_digest) == (last.number, last.digest)
    other = verified(api, known_entry_number=last.number, known_entry_digest="0" * 64)
    assert other.breach == moderation_pb2.CHAIN_BREACH_KNOWN_LINK


def test_an_entry_says_who_when_and_what(api: Api) -> None:
    job = api.submit(text_request(text="Secret words.")).job
    (entry,) = entries(api, method="JobService/SubmitJob", page_size=1)
    assert (entry.subject, entry.project_id, entry.change_count) == ("local", PROJECT, 2)
    assert entry.HasField("time")
    assert job.job_id in {change.id for change in entry.changes}
    assert all(change.to_digest and not change.from_digest for change in entry.changes)
    assert len(entry.request_digest) == 64
    assert "Secret" not in entry.facts


def test_what_is_for_every_project_has_a_log_of_its_own(api: Api) -> None:
    request = credential_pb2.CreateCredentialRequest(
        project_id="*", name="c", roles=[credential_pb2.ACCESS_ROLE_VIEWER]
    )
    api.credentials.CreateCredential(request, timeout=TIMEOUT_S)
    assert entries(api, project_id="*")[0].method == "CredentialService/CreateCredential"


def test_media_deletions_are_logged(api: Api) -> None:
    media = api.uploaded(b"Hello there.")
    request = media_pb2.DeleteMediaRequest(media_id=media.media_id)
    api.media.DeleteMedia(request, timeout=TIMEOUT_S)
    last = entries(api, method="MediaService/DeleteMedia")[0]
    gone = {change.id: change.to_digest for change in last.changes if change.kind == "media"}
    assert gone == {media.media_id: ""}
