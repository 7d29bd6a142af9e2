"""Audits over real gRPC: verdicts judged again, and their chain, before and after rows and files
were tampered with."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from calling import TIMEOUT_S, Api, refused, text_request, until
from running import Processes

from videre.common.artifacts import ArtifactStore
from videre.orchestrator.document import Suggestion
from videre.orchestrator.document.canonical import StoredDocument
from videre.v1 import job_pb2, library_pb2, media_pb2, template_pb2
from videre.v1 import moderation_pb2 as pb

EQUAL, DIFFERENT, CANNOT = (
    pb.REPLAY_RESULT_EQUAL, pb.REPLAY_RESULT_DIFFERENT, pb.REPLAY_RESULT_CANNOT_REPLAY,
)  # fmt: skip
LINKED = pb.LINK_STATE_LINKED


@dataclass(frozen=True, slots=True)
class Archive:
    """An orchestrator of one test alone: its rows are tampered with."""

    api: Api
    data: Path

    def judged(self, text: str = "Who sells cocaine here?", template: str = "") -> job_pb2.Job:
        selection = job_pb2.TemplateSelection(moderation=template)
        return self.api.ended(text_request(text, templates=selection))

    def audit(self, **fields: Any) -> pb.AuditVerdictsResponse:
        request = pb.AuditVerdictsRequest(**fields)
        return self.api.moderation.AuditVerdicts(request, timeout=TIMEOUT_S)

    def remoderate(self, template: str, job: job_pb2.Job) -> None:
        request = template_pb2.RemoderateRequest(template=template, job_ids=[job.job_id])
        (change,) = self.api.templates.Remoderate(request, timeout=TIMEOUT_S).changes
        assert change.media_id == job.media_id

    def tamper(self, statement: str, *values: Any) -> None:
        with closing(sqlite3.connect(self.data / "videre.db", timeout=TIMEOUT_S)) as database:
            assert database.execute(statement, values).rowcount == 1
            database.commit()

    def row(self, statement: str, *values: Any) -> tuple[Any, ...]:
        with closing(sqlite3.connect(self.data / "videre.db", timeout=TIMEOUT_S)) as database:
            found: tuple[Any, ...] = database.execute(statement, values).fetchone()
            return found


@pytest.fixture(scope="module")
def archive(
    orchestrator: Callable[..., AbstractContextManager[Processes]],
) -> Iterator[Archive]:
    with orchestrator() as running, Api(running.ports.target("orchestrator")) as api:
        yield Archive(api, running.folder / "data")


def test_whoever_publishes_writes_one_link_and_all_is_as_it_was(archive: Archive) -> None:
    """By jobs, by judging anew, by a library that changes later."""
    before = archive.audit(chain_only=True).chain.link_count
    job = archive.judged()
    archive.judged("A walk in the park.")
    archive.remoderate("strict", job)
    create = library_pb2.CreateLibraryRequest(
        library_id="names", kind=library_pb2.LIBRARY_KIND_WORDS,
        usages=[library_pb2.LIBRARY_USAGE_RECOGNITION],
    )  # fmt: skip
    archive.api.libraries.CreateLibrary(create, timeout=TIMEOUT_S)
    add = library_pb2.AddLibraryEntriesRequest(library_id="names")
    add.entries.add(entry_id="coke", name="Coke").word.text = "cocaine"
    archive.api.libraries.AddLibraryEntries(add, timeout=TIMEOUT_S)

    def revision() -> int:
        request = media_pb2.GetMediaRequest(media_id=job.media_id)
        return archive.api.media.GetMedia(request, timeout=TIMEOUT_S).media.latest_revision

    until(lambda: revision() == 3, "the library is bound")
    answer = archive.audit()
    assert answer.chain.state == pb.CHAIN_STATE_INTACT
    assert answer.chain.link_count == before + 4
    assert {(one.result, one.link_state) for one in answer.revisions} == {(EQUAL, LINKED)}
    assert len(answer.revisions) == answer.chain.link_count
    of_job = archive.audit(job_ids=[job.job_id]).revisions
    assert [(one.revision, one.template.partition("@")[0]) for one in of_job] == [
        (1, "careful"), (2, "strict"), (3, "strict"),
    ]  # fmt: skip
    assert of_job[1].verdict_digest == of_job[2].verdict_digest == of_job[2].replayed_digest
    assert archive.audit() == answer, "an audit changes nothing"


def test_pages_have_every_revision_once_and_the_chain_once(archive: Archive) -> None:
    for text in ("One.", "Two.", "Three."):
        archive.judged(text)
    whole = archive.audit()
    places, token, pages = [], "", 0
    while token or not pages:
        page = archive.audit(page_size=2, page_token=token)
        assert page.HasField("chain") == (not pages)
        places += [(one.media_id, one.revision) for one in page.revisions]
        token, pages = page.next_page_token, pages + 1
    assert places == [(one.media_id, one.revision) for one in whole.revisions]
    assert refused(lambda: archive.audit(page_token="x")).reason == "PAGE_TOKEN_INVALID"


def test_a_known_link_must_still_be_there(archive: Archive) -> None:
    archive.judged("Known.")
    chain = archive.audit(chain_only=True).chain
    known = {"known_link_number": chain.link_count, "known_link_digest": chain.head_digest}
    archive.judged("Later.")
    assert archive.audit(chain_only=True, **known).chain.state == pb.CHAIN_STATE_INTACT
    other = archive.audit(chain_only=True, **(known | {"known_link_digest": "0" * 64})).chain
    assert (other.breach, other.broken_number) == (
        pb.CHAIN_BREACH_KNOWN_LINK, chain.link_count,
    )  # fmt: skip
    beyond = archive.audit(chain_only=True, **(known | {"known_link_number": 10**9})).chain
    assert beyond.breach == pb.CHAIN_BREACH_KNOWN_LINK


def test_a_deleted_media_keeps_its_links(archive: Archive) -> None:
    job = archive.judged("To be deleted.")
    before = archive.audit(chain_only=True).chain
    request = media_pb2.DeleteMediaRequest(media_id=job.media_id)
    archive.api.media.DeleteMedia(request, timeout=TIMEOUT_S)
    after = archive.audit(media_ids=[job.media_id])
    assert (after.chain, list(after.revisions)) == (before, [])


def test_a_listed_suggestion_that_was_changed_shows(archive: Archive) -> None:
    job = archive.judged("Heroin is sold over there.")
    change = "UPDATE analysis SET suggestion = ? WHERE media_id = ?"
    archive.tamper(change, "pass", job.media_id)
    (audit,) = archive.audit(media_ids=[job.media_id]).revisions
    assert (audit.result, list(audit.differs)) == (DIFFERENT, ["listed_suggestion"])
    archive.tamper(change, "review", job.media_id)
    assert archive.audit(media_ids=[job.media_id]).revisions[0].result == EQUAL


def test_a_verdict_that_was_replaced_shows(archive: Archive) -> None:
    """The document is another one, well-formed and with its right digest: a clean verdict."""
    job = archive.judged("Heroin, once more.")
    store = ArtifactStore(archive.data / "artifacts")
    document = StoredDocument(store.read("default", job.result_digest))
    (verdict,) = document.read("verdict")
    groups = tuple(
        replace(group, suggestion=Suggestion.PASS, segments=(), score=0, label="")
        for group in verdict.groups
    )
    clean = replace(verdict, suggestion=Suggestion.PASS, groups=groups)
    digest = store.put("default", document.with_parts(verdict=clean), codec="zstd")
    archive.tamper(
        "UPDATE analysis SET document_digest = ?1, result_digest = ?1, suggestion = 'pass' "
        "WHERE media_id = ?2", digest, job.media_id,
    )  # fmt: skip
    (audit,) = archive.audit(media_ids=[job.media_id]).revisions
    assert (audit.result, list(audit.differs)) == (DIFFERENT, ["suggestion", "prohibited.text"])
    assert audit.link_state == pb.LINK_STATE_DIFFERENT
    assert list(audit.link_differs) == ["result_digest", "verdict_digest"]
    assert audit.verdict_digest != audit.replayed_digest
    archive.tamper(
        "UPDATE analysis SET document_digest = ?1, result_digest = ?1, suggestion = 'review' "
        "WHERE media_id = ?2", job.result_digest, job.media_id,
    )  # fmt: skip
    assert archive.audit(media_ids=[job.media_id]).revisions[0].result == EQUAL


def test_what_is_gone_cannot_be_replayed(archive: Archive) -> None:
    rule = template_pb2.ModerationRule(
        category="prohibited", medium="text", enabled=True, word_lists=["drugs-en@2"],
        review_threshold=50,
    )  # fmt: skip
    draft = template_pb2.TemplateDraft(template_id="brief", moderation={"rules": [rule]})
    archive.api.templates.CreateTemplate(
        template_pb2.CreateTemplateRequest(template=draft), timeout=TIMEOUT_S
    )
    first, second, third = (archive.judged(f"{n} cocaine.", "brief") for n in range(3))
    (judged,) = archive.row("SELECT judged_digest FROM analysis WHERE media_id = ?", first.media_id)
    _remove(archive, judged)
    _remove(archive, second.result_digest)
    audits = archive.audit(job_ids=[one.job_id for one in (first, second, third)]).revisions
    by_media = {one.media_id: one for one in audits}
    assert [by_media[one.media_id].result for one in (first, second, third)] == [
        CANNOT, CANNOT, EQUAL,
    ]  # fmt: skip
    assert by_media[first.media_id].reason == "ARTIFACT_NOT_FOUND"
    assert {one.link_state for one in audits} == {LINKED}
    archive.tamper("UPDATE template_version SET template_id='x' WHERE template_id='brief'")
    archive.tamper("UPDATE template SET id='x' WHERE id='brief'")
    (audit,) = archive.audit(job_ids=[third.job_id]).revisions
    assert (audit.result, audit.reason) == (CANNOT, "TEMPLATE_NOT_FOUND")


def test_a_verdict_of_other_rules_cannot_be_replayed(archive: Archive) -> None:
    job = archive.judged("Of other rules.")
    store = ArtifactStore(archive.data / "artifacts")
    document = StoredDocument(store.read("default", job.result_digest))
    (rules,) = document.read("rules")
    older = document.with_parts(rules=replace(rules, moderation="0"))
    digest = store.put("default", older, codec="zstd")
    archive.tamper("UPDATE analysis SET document_digest = ? WHERE media_id = ?", digest,
                   job.media_id)  # fmt: skip
    (audit,) = archive.audit(media_ids=[job.media_id]).revisions
    assert (audit.result, audit.reason, audit.moderation) == (CANNOT, "RULES_CHANGED", "0")
    assert list(audit.link_differs) == ["result_digest", "moderation"]


def test_a_broken_chain_names_its_first_broken_link(archive: Archive) -> None:
    archive.judged("Before it.")
    job = archive.judged("Tampered.")
    archive.judged("Behind it.")
    (number, facts) = archive.row(
        "SELECT number, facts FROM verdict_link WHERE media_id = ?", job.media_id
    )
    archive.tamper(
        "UPDATE verdict_link SET facts = replace(facts, 'careful@', 'lenient@') WHERE number = ?",
        number,
    )
    answer = archive.audit(media_ids=[job.media_id])
    assert (answer.chain.state, answer.chain.broken_number, answer.chain.breach) == (
        pb.CHAIN_STATE_BROKEN, number, pb.CHAIN_BREACH_FACTS,
    )  # fmt: skip
    assert answer.chain.link_count == number - 1
    assert list(answer.revisions[0].link_differs) == ["template"]
    archive.tamper("UPDATE verdict_link SET facts = ? WHERE number = ?", facts, number)
    assert archive.audit(chain_only=True).chain.state == pb.CHAIN_STATE_INTACT
    archive.tamper("DELETE FROM verdict_link WHERE number = ?", number)
    answer = archive.audit(media_ids=[job.media_id])
    assert (answer.chain.breach, answer.chain.broken_number) == (pb.CHAIN_BREACH_MISSING, number)
    assert answer.revisions[0].link_state == pb.LINK_STATE_MISSING
    assert answer.revisions[0].result == EQUAL


def _remove(archive: Archive, digest: str) -> None:
    (path,) = (archive.data / "artifacts").rglob(f"{digest}*")
    path.unlink()
