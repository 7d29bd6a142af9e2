"""AuditVerdicts: are published verdicts still what they were, and does their chain hold?"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from videre.common.errors import Reason, VidereError
from videre.common.values import canonical_json, sha256_hex
from videre.exports.verdict_chain import Link
from videre.orchestrator import document as d
from videre.orchestrator.api.chains import chain_audit
from videre.orchestrator.api.moderation.subject import MOST_REVISIONS, no_verdict
from videre.orchestrator.api.validation import DIGEST, Violations
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.document.canonical import record_to_json
from videre.orchestrator.moderation.compare import differing
from videre.orchestrator.moderation.evaluate import moderate
from videre.orchestrator.moderation.facts import VerdictFacts, instant, verdict_facts
from videre.orchestrator.moderation.inputs import MODERATION_VERSION
from videre.orchestrator.moderation.listed import list_names
from videre.orchestrator.steps.judging import Published, judged_by, opened
from videre.orchestrator.store.listing import MAX_PAGE, page_token, read_token
from videre.orchestrator.store.records import AnalysisRecord
from videre.v1 import moderation_pb2 as pb

_DEFAULT_PAGE: Final = 100
_MOST_NAMED: Final = 1_000


class Auditor:
    """Judges again and compares; models are never asked, nothing is stored."""

    def __init__(self, app: Orchestrator) -> None:
        self._app = app

    async def audit(
        self, project: str, request: pb.AuditVerdictsRequest
    ) -> pb.AuditVerdictsResponse:
        """Return a page of an audit; the first one checks the chain too."""
        _check(request)
        filters = _filters(project, request)
        media_id, revision = "", 0
        if request.page_token:
            position = read_token(request.page_token, filters, str)
            media_id, _, number = position.partition(" ")
            revision = int(number) if number.isdecimal() and len(number) < 19 else 0
        reply = pb.AuditVerdictsResponse()
        if not request.page_token:
            chain = await asyncio.to_thread(self._chain, project, request)
            reply.chain.CopyFrom(chain)
        if request.chain_only:
            return reply
        size = request.page_size or _DEFAULT_PAGE
        named = await asyncio.to_thread(self._named, project, request)
        records = await asyncio.to_thread(
            self._app.verdicts.revisions, project, (media_id, revision), size, named
        )
        began = await asyncio.to_thread(self._began, project)
        for record in records:
            audit = await asyncio.to_thread(self._revision, record, began)
            reply.revisions.append(audit)
        if len(records) == size:
            last = records[-1]
            reply.next_page_token = page_token(f"{last.media_id} {last.revision}", filters)
        return reply

    def _named(self, project: str, request: pb.AuditVerdictsRequest) -> list[str] | None:
        """Return the media that are named, themselves or by jobs, by id; None = all."""
        if not request.media_ids and not request.job_ids:
            return None
        of_jobs = [self._app.jobs.get(project, job_id).media_id or "" for job_id in request.job_ids]
        return sorted({*request.media_ids, *of_jobs} - {""})

    def _began(self, project: str) -> str:
        """Return when the first link was published; "" of an empty chain."""
        first = next(self._app.verdict_links.all(project), None)
        return "" if first is None else str(_said(first).get("published", ""))

    # --- the chain ---------------------------------------------------------------------------

    def _chain(self, project: str, request: pb.AuditVerdictsRequest) -> pb.ChainAudit:
        links = self._app.verdict_links
        return chain_audit(
            project,
            links.all(project),
            lambda number: links.at(project, number),
            request.known_link_number,
            request.known_link_digest,
        )

    # --- one revision ------------------------------------------------------------------------

    def _revision(self, record: AnalysisRecord, began: str) -> pb.RevisionAudit:
        audit = pb.RevisionAudit(media_id=record.media_id, revision=record.revision)
        link = self._app.verdict_links.of_revision(
            record.project_id, record.media_id, record.revision
        )
        facts: VerdictFacts | None = None
        listed_right = True
        try:
            published = opened(self._app.runtime(), record)
            facts = verdict_facts(published.document, record.document_digest)
            verdict = published.analysis.verdict
            if verdict is None or facts is None:
                raise no_verdict(record)
            audit.template, audit.moderation = verdict.template, published.analysis.rules.moderation
            audit.verdict_digest = facts.verdict_digest
            listed_right = record.suggestion == verdict.suggestion
            self._replay(published, verdict, audit)
        except VidereError as error:
            audit.result = pb.REPLAY_RESULT_CANNOT_REPLAY
            audit.reason, audit.message = error.reason, error.message
        if not listed_right:
            audit.result = pb.REPLAY_RESULT_DIFFERENT
            audit.differs.append("listed_suggestion")
        _add_link(audit, record, link, facts, began)
        return audit

    def _replay(self, published: Published, verdict: d.Verdict, audit: pb.RevisionAudit) -> None:
        """Judge again and compare.

        Raises:
            VidereError: it cannot be judged again.
        """
        if audit.moderation != MODERATION_VERSION:
            raise VidereError(
                Reason.RULES_CHANGED,
                f"judged by moderation rules {audit.moderation!r}, installed are "
                f"{MODERATION_VERSION!r}",
            )
        run = self._app.runtime()
        template = run.templates.moderation(published.record.project_id, verdict.template)
        given = judged_by(run, published, template)
        again = moderate(template, given)
        if again.libraries != verdict.libraries:
            raise VidereError(
                Reason.LIBRARY_CHANGED,
                f"judged with the libraries {', '.join(verdict.libraries)}, there are "
                f"{', '.join(again.libraries)}",
            )
        audit.replayed_digest = sha256_hex(record_to_json(again))
        if audit.replayed_digest == audit.verdict_digest:
            audit.result = pb.REPLAY_RESULT_EQUAL
            return
        then = published.analysis.rules.hash_lists
        if (now := list_names(given.hash_lists, template)) != then:
            raise VidereError(
                Reason.RULES_CHANGED,
                f"compared with the hash lists {', '.join(then) or 'none'}, "
                f"now they are {', '.join(now) or 'none'}",
            )
        audit.result = pb.REPLAY_RESULT_DIFFERENT
        audit.differs.extend(differing(verdict, again) or ("form",))


def _add_link(
    audit: pb.RevisionAudit,
    record: AnalysisRecord,
    link: Link | None,
    facts: VerdictFacts | None,
    began: str,
) -> None:
    """Say what the chain says of a revision.

    Args:
        facts: what the revision says; None where it cannot be read or has no verdict.
        began: when the chain began; "" = it has not.
    """
    if link is None:
        due = bool(facts) and bool(began) and instant(record.create_ns) >= began
        audit.link_state = pb.LINK_STATE_MISSING if due else pb.LINK_STATE_NOT_LINKED
        return
    audit.link_number, said = link.number, _said(link)
    if facts is not None:
        audit.link_differs.extend(facts.differing(said))
    elif said.get("result_digest") != record.document_digest:
        audit.link_differs.append("result_digest")
    if said.get("job") != record.job_id:
        audit.link_differs.append("job")
    if said.get("published") != instant(record.create_ns):
        audit.link_differs.append("published")
    audit.link_state = pb.LINK_STATE_DIFFERENT if audit.link_differs else pb.LINK_STATE_LINKED


def _said(link: Link) -> dict[str, Any]:
    """Return the facts of a link; none where they are no facts, which checking the chain tells."""
    try:
        return dict(link.said())
    except ValueError:
        return {}


def _check(request: pb.AuditVerdictsRequest) -> None:
    """Raise FIELD_INVALID with everything that is wrong with a request."""
    found = Violations()
    found.count("media_ids", len(request.media_ids), _MOST_NAMED)
    found.count("job_ids", len(request.job_ids), _MOST_NAMED)
    found.number("page_size", request.page_size, 0, MAX_PAGE)
    found.number("known_link_number", request.known_link_number, 0, MOST_REVISIONS)
    if request.known_link_number or request.known_link_digest:
        found.pattern("known_link_digest", request.known_link_digest, DIGEST)
        if request.known_link_digest and not request.known_link_number:
            found.add("known_link_number", "is missing", "1..", 0)
    found.raise_if_any()


def _filters(project: str, request: pb.AuditVerdictsRequest) -> dict[str, Any]:
    named = canonical_json([*request.media_ids, "", *request.job_ids])
    return {"project": project, "named": sha256_hex(named), "audit": True}
