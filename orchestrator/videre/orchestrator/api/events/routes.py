"""Routing rules of projects: checked, stored as versions, tried on events that there were."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

from videre.common.auth import current_principal
from videre.orchestrator.api.present import timestamp
from videre.orchestrator.api.validation import REQUEST_ID, Violations
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.notify.routing import facts_of, routed, rules_of
from videre.orchestrator.notify.types import PATTERNS
from videre.orchestrator.store.listing import MAX_PAGE
from videre.orchestrator.store.routing import RoutingRecord
from videre.v1 import analysis_pb2, job_pb2
from videre.v1 import event_pb2 as pb

_MOST_RULES: Final = 100
_MOST_PATTERNS: Final = 32
_LONGEST_PATTERN: Final = 128
_MOST_TAGS: Final = 64
_MOST_TARGETS: Final = 16
_EVENTS: Final = 100
_LAST: Final = 2**63 - 1


class Routes:
    """The routing rules of projects."""

    def __init__(self, app: Orchestrator) -> None:
        self._app = app

    async def put(self, project: str, request: pb.SetRoutesRequest) -> pb.SetRoutesResponse:
        """Store rules.

        Raises:
            VidereError: FIELD_INVALID, ETAG_MISMATCH, WEBHOOK_NOT_FOUND.
        """
        found = Violations()
        _check(found, request.rules)
        found.raise_if_any()
        record = await asyncio.to_thread(
            self._app.routing.put,
            project,
            _documents(request.rules),
            current_principal().subject,
            request.etag,
        )
        return pb.SetRoutesResponse(routes=_message(record))

    async def get(self, project: str, version: int) -> pb.GetRoutesResponse:
        """Return a version of the rules.

        Raises:
            VidereError: FIELD_INVALID, ROUTES_NOT_FOUND.
        """
        found = Violations()
        found.number("version", version, 0, _LAST)
        found.raise_if_any()
        record = await asyncio.to_thread(self._app.routing.get, project, version)
        return pb.GetRoutesResponse(routes=_message(record))

    async def test(self, project: str, request: pb.TestRoutesRequest) -> pb.TestRoutesResponse:
        """Tell where events would go.

        Raises:
            VidereError: FIELD_INVALID.
        """
        found = Violations()
        _check(found, request.rules)
        found.number("after_number", request.after_number, 0, _LAST)
        found.number("page_size", request.page_size, 0, MAX_PAGE)
        found.raise_if_any()
        limit = request.page_size or _EVENTS
        page = await asyncio.to_thread(
            self._app.feed.page, project, request.after_number, limit, ()
        )
        documents: Sequence[Mapping[str, Any]] = _documents(request.rules)
        if not documents:
            documents = (await asyncio.to_thread(self._app.routing.get, project)).rules
        rules = rules_of(documents)
        answer = pb.TestRoutesResponse(next_after_number=page.looked, looked_at=len(page.events))
        for event in page.events:
            if goes := routed(rules, facts_of(event)):
                answer.events.add(
                    number=event.number, type=event.type, job_id=event.job_id, rules=goes
                )
        return answer


def _check(found: Violations, rules: Sequence[pb.RoutingRule]) -> None:
    found.count("rules", len(rules), _MOST_RULES)
    seen: set[str] = set()
    for index, rule in enumerate(rules):
        field = f"rules[{index}]"
        found.pattern(f"{field}.rule_id", rule.rule_id, REQUEST_ID)
        if rule.rule_id in seen:
            found.add(f"{field}.rule_id", "stands twice", "unique ids", rule.rule_id)
        seen.add(rule.rule_id)
        check_known(found, f"{field}.on", rule.on, pb.RouteOccasion.items())
        check_known(found, f"{field}.states", rule.states, job_pb2.JobState.items())
        check_known(found, f"{field}.verdicts", rule.verdicts, analysis_pb2.Suggestion.items())
        found.count(f"{field}.types", len(rule.types), _MOST_PATTERNS)
        for place, one in enumerate(rule.types):
            if one not in PATTERNS:
                names = ", ".join(PATTERNS)
                found.add(f"{field}.types[{place}]", f"must be one of {names}", names, one)
        found.count(f"{field}.labels", len(rule.labels), _MOST_PATTERNS)
        for place, one in enumerate(rule.labels):
            found.size(f"{field}.labels[{place}]", one, _LONGEST_PATTERN)
        found.count(f"{field}.pipeline_ids", len(rule.pipeline_ids), _MOST_PATTERNS)
        for place, one in enumerate(rule.pipeline_ids):
            found.size(f"{field}.pipeline_ids[{place}]", one, 64)
        found.count(f"{field}.branch_ids", len(rule.branch_ids), _MOST_PATTERNS)
        for place, one in enumerate(rule.branch_ids):
            found.size(f"{field}.branch_ids[{place}]", one, 64)
        found.count(f"{field}.tags", len(rule.tags), _MOST_TAGS)
        for key in sorted(rule.tags):
            found.size(f"{field}.tags[{key[:32]}]", rule.tags[key], 256)
        if not 1 <= len(rule.webhook_ids) <= _MOST_TARGETS:
            count, limit = len(rule.webhook_ids), f"1..{_MOST_TARGETS}"
            found.add(f"{field}.webhook_ids", f"has {count} entries", limit, count)


def check_known(
    found: Violations, field: str, given: Sequence[int], values: Sequence[tuple[str, int]]
) -> None:
    """Check that enums have values that mean something, each once."""
    names = {number: name for name, number in values if number}
    for index, one in enumerate(given):
        if one not in names or one in given[:index]:
            limit = ", ".join(names.values()) + ", each once"
            found.add(f"{field}[{index}]", f"must be one of {limit}", limit, one)


def _documents(rules: Sequence[pb.RoutingRule]) -> list[dict[str, Any]]:
    """Return rules as they are stored; see `routing.rules_of`."""
    return [
        {
            "id": rule.rule_id,
            "on": [_word(pb.RouteOccasion.Name(one), "ROUTE_OCCASION_") for one in rule.on],
            "types": list(rule.types),
            "states": [_word(job_pb2.JobState.Name(one), "JOB_STATE_") for one in rule.states],
            "verdicts": [
                _word(analysis_pb2.Suggestion.Name(one), "SUGGESTION_") for one in rule.verdicts
            ],
            "labels": list(rule.labels),
            "tags": dict(sorted(rule.tags.items())),
            "pipelines": list(rule.pipeline_ids),
            "branches": list(rule.branch_ids),
            "targets": list(dict.fromkeys(rule.webhook_ids)),
        }
        for rule in rules
    ]


def _word(name: str, prefix: str) -> str:
    return name.removeprefix(prefix)


def _message(record: RoutingRecord) -> pb.RoutingRules:
    return pb.RoutingRules(
        project_id=record.project_id,
        version=record.version,
        rules=[
            pb.RoutingRule(
                rule_id=rule["id"],
                on=[pb.RouteOccasion.Value(f"ROUTE_OCCASION_{one}") for one in rule["on"]],
                types=rule["types"],
                states=[job_pb2.JobState.Value(f"JOB_STATE_{one}") for one in rule["states"]],
                verdicts=[
                    analysis_pb2.Suggestion.Value(f"SUGGESTION_{one}") for one in rule["verdicts"]
                ],
                labels=rule["labels"],
                tags=rule["tags"],
                webhook_ids=rule["targets"],
                pipeline_ids=rule.get("pipelines", ()),
                branch_ids=rule.get("branches", ()),
            )
            for rule in record.rules
        ],
        create_time=timestamp(record.create_ns) if record.version else None,
        created_by=record.created_by,
        etag=str(record.version) if record.version else "",
    )
