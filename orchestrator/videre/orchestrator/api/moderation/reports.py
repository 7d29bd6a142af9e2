"""ExportVerdictReport: all that proves a verdict, in one signed file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

from google.protobuf.json_format import MessageToDict

from videre.common.errors import VidereError
from videre.common.values import SCORE_ONE, canonical_json, sha256_hex
from videre.exports.verdict_report import fingerprint, public_pem, signed_report
from videre.orchestrator.api.made_files import MadeFile, make_file
from videre.orchestrator.api.moderation.explanations import Explainer
from videre.orchestrator.api.moderation.subject import check_subject, no_verdict, record_of
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.document.canonical import facts_to_json, record_to_values
from videre.orchestrator.moderation.facts import (
    instant,
    libraries_of,
    list_digest,
    models_of,
)
from videre.orchestrator.steps.judging import Published, opened
from videre.orchestrator.store.records import AnalysisRecord
from videre.orchestrator.templates.documents import TemplateKind
from videre.v1 import moderation_pb2 as pb

#: Segments that the explanation of a report tells; the verdict in it has all.
_MOST_SEGMENTS: Final = 1_000
#: Reports that are made at the same time: each holds an explanation in memory.
_AT_ONCE: Final = 2


class Reports:
    """Makes and signs reports."""

    def __init__(self, app: Orchestrator, explainer: Explainer) -> None:
        self._app, self._explainer = app, explainer
        self._slots = asyncio.Semaphore(_AT_ONCE)

    def key(self) -> pb.GetReportKeyResponse:
        """Return the public key."""
        key = self._app.report_key.public_key()
        return pb.GetReportKeyResponse(public_key=public_pem(key), fingerprint=fingerprint(key))

    async def pieces(
        self, project: str, request: pb.ExportVerdictReportRequest
    ) -> AsyncIterator[pb.ExportVerdictReportResponse]:
        """Yield a report in pieces."""
        found = Violations()
        check_subject(found, request)
        found.raise_if_any()
        record = await asyncio.to_thread(record_of, self._app, project, request)
        async with self._slots:
            made = await self._make(record)
        async for piece in made.replies(pb.ExportVerdictReportResponse):
            yield piece

    async def _make(self, record: AnalysisRecord) -> MadeFile:
        explained = await self._explainer.whole(record, _MOST_SEGMENTS)
        return await asyncio.to_thread(self._file, record, explained)

    def _file(self, record: AnalysisRecord, explained: pb.ExplainVerdictResponse) -> MadeFile:
        published = opened(self._app.runtime(), record)
        verdict = published.analysis.verdict
        if verdict is None:
            raise no_verdict(record)
        template = self._template(record.project_id, verdict.template)
        values = record_to_values(verdict)
        parts = {
            "judged": _judged(published, template, values, self._lists(template)),
            "template": template,
            "verdict": values,
            "explanation": _explanation(explained),
            "link": self._link(record),
        }
        data = signed_report(parts, instant(self._app.clock.now_ns()), self._app.report_key)
        name = f"verdict-{record.media_id}-{record.revision}.json"
        return make_file(name, "application/json", lambda file: file.writelines([data]))

    def _template(self, project_id: str, name: str) -> dict[str, Any]:
        """Return the version that judged as it is stored; without a document where it is gone."""
        try:
            record = self._app.templates.find(
                project_id, name, TemplateKind.MODERATION, deleted=True
            )
        except VidereError:
            return {"name": name}
        return {"name": name, "document": _whole(dict(record.document))}

    def _lists(self, template: dict[str, Any]) -> dict[str, str]:
        """Return the digests of the word lists that a template's rules name, by "id@version"."""
        rules = template.get("document", {}).get("moderation", {}).get("rules", [])
        known = self._app.templates.word_lists
        named = {name for rule in rules for name in rule.get("word_lists", []) if name in known}
        return {known[name].name: list_digest(known[name]) for name in sorted(named)}

    def _link(self, record: AnalysisRecord) -> dict[str, Any]:
        """Return the verdict's link of the chain; nothing where it has none."""
        links = self._app.verdict_links
        link = links.of_revision(record.project_id, record.media_id, record.revision)
        if link is None:
            return {}
        before = links.before(record.project_id, link.number)
        previous = "" if before is None else before.digest
        try:
            facts = dict(link.said())
        except ValueError:
            return {"digest": link.digest}
        return {"facts": facts, "previous": previous, "digest": link.digest}


def _judged(
    published: Published,
    template: dict[str, Any],
    verdict: dict[str, Any],
    lists: dict[str, str],
) -> dict[str, Any]:
    record, analysis = published.record, published.analysis
    return {
        "project": record.project_id,
        "media": {"id": record.media_id, **facts_to_json(analysis.media)},
        "revision": record.revision,
        "job": record.job_id,
        "published": instant(record.create_ns),
        "result_digest": record.result_digest,
        "verdict_digest": sha256_hex(canonical_json(verdict)),
        "template_digest": sha256_hex(canonical_json(template)),
        "rules": record_to_values(analysis.rules),
        "engines": [record_to_values(engine) for engine in analysis.engines],
        "libraries": list(libraries_of(analysis.rules)),
        "models": list(models_of(analysis.engines)),
        "word_lists": lists,
    }


def _explanation(message: pb.ExplainVerdictResponse) -> dict[str, Any]:
    """Return an explanation with whole numbers only: all its fractions are shares E4."""
    told: dict[str, Any] = _whole(MessageToDict(message, preserving_proto_field_name=True))
    return told


def _whole(value: Any) -> Any:
    """Return JSON values with shares as whole numbers, 10,000 for 1: fractions have no one form."""
    if isinstance(value, float):
        return round(value * SCORE_ONE)
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return value
