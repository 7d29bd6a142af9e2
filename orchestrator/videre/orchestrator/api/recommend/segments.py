"""Segments: their limits, and who is in them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from videre.common.values import SCORE_ONE
from videre.orchestrator.api.recommend.checks import interests_of
from videre.orchestrator.api.validation import LANGUAGE, REQUEST_ID, Violations
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.recommend.model import Act, Profile
from videre.orchestrator.recommend.segments import Condition, Did, Likes, Person, Rule, Wants
from videre.orchestrator.recommend.traits import primary
from videre.orchestrator.store.listing import page_token, read_token
from videre.orchestrator.store.segments import missing
from videre.v1 import recommendation_pb2 as pb

_MAX_CONDITIONS: Final = 20
_MAX_NAME: Final = 256
_MAX_DAYS: Final = 365
_MAX_TIMES: Final = 500
#: Profiles that are looked at in one call.
_BATCH: Final = 500


class Segments:
    """The segments of projects."""

    def __init__(self, app: Orchestrator) -> None:
        self._app = app

    async def put(self, project: str, segment: pb.Segment) -> pb.SetSegmentResponse:
        """Store a segment.

        Raises:
            VidereError: FIELD_INVALID, SEGMENTS_FULL.
        """
        found = Violations()
        found.pattern("segment.segment_id", segment.segment_id, REQUEST_ID)
        found.size("segment.name", segment.name, _MAX_NAME)
        count = len(segment.all_of)
        if not 1 <= count <= _MAX_CONDITIONS:
            limit = f"1..{_MAX_CONDITIONS}"
            found.add("segment.all_of", f"has {count} entries", limit, count)
        found.count("segment.none_of", len(segment.none_of), _MAX_CONDITIONS)
        for name in ("all_of", "none_of"):
            for index, one in enumerate(getattr(segment, name)):
                _check(found, f"segment.{name}[{index}]", one)
        found.raise_if_any()
        data = segment.SerializeToString(deterministic=True)
        await asyncio.to_thread(self._app.segments.put, project, segment.segment_id, data)
        return pb.SetSegmentResponse(segment=segment)

    async def all(self, project: str) -> pb.ListSegmentsResponse:
        """Return all segments."""
        stored = await asyncio.to_thread(self._app.segments.all, project)
        return pb.ListSegmentsResponse(segments=map(pb.Segment.FromString, stored))

    async def remove(self, project: str, segment_id: str) -> pb.DeleteSegmentResponse:
        """Remove a segment.

        Raises:
            VidereError: FIELD_INVALID, SEGMENT_NOT_FOUND.
        """
        _check_id(segment_id)
        await asyncio.to_thread(self._app.segments.remove, project, segment_id)
        return pb.DeleteSegmentResponse()

    async def count(
        self, project: str, request: pb.CountSegmentUsersRequest
    ) -> pb.CountSegmentUsersResponse:
        """Count the users of a segment among some.

        Raises:
            VidereError: FIELD_INVALID, PAGE_TOKEN_INVALID, SEGMENT_NOT_FOUND.
        """
        _check_id(request.segment_id)
        filters = {"segment": request.segment_id, "project": project}
        after = read_token(request.page_token, filters, str) if request.page_token else ""
        return await asyncio.to_thread(self._count, project, request.segment_id, after, filters)

    def _count(
        self, project: str, segment_id: str, after: str, filters: dict[str, str]
    ) -> pb.CountSegmentUsersResponse:
        rule = next((one for one in self._rules(project) if one.id == segment_id), None)
        if rule is None:
            raise missing(segment_id)
        catalogue, now = self._app.catalogues.of(project), self._app.clock.now_ns()
        some = self._app.audience.some(project, after, _BATCH)
        people = [Person(profile, catalogue, now) for _, profile in some]
        return pb.CountSegmentUsersResponse(
            user_count=sum(person.meets(rule) for person in people),
            known_count=len(people),
            next_page_token=page_token(some[-1][0], filters) if len(some) == _BATCH else "",
        )

    def of(self, project: str, profile: Profile, now_ns: int) -> list[str]:
        """Return the segments that a user is in at a time. Blocking."""
        rules = self._rules(project)
        if not rules:
            return []
        person = Person(profile, self._app.catalogues.of(project), now_ns)
        return [rule.id for rule in rules if person.meets(rule)]

    def _rules(self, project: str) -> list[Rule]:
        return [_rule(pb.Segment.FromString(stored)) for stored in self._app.segments.all(project)]


def _check_id(segment_id: str) -> None:
    found = Violations()
    found.pattern("segment_id", segment_id, REQUEST_ID)
    found.raise_if_any()


def _check(found: Violations, field: str, one: pb.SegmentCondition) -> None:
    match one.WhichOneof("condition"):
        case "interest":
            interests_of(found, [one.interest], f"{field}.interest", single=True)
            if -1 <= one.interest.weight < 0:
                where = f"{field}.interest.weight"
                found.add(where, "is not above 0", "above 0..1", one.interest.weight)
        case "activity":
            acts = ", ".join(pb.UserAct.keys())
            if one.activity.act not in pb.UserAct.values():
                found.add(f"{field}.activity.act", "is no act", acts, one.activity.act)
            found.number(f"{field}.activity.days", one.activity.days, 1, _MAX_DAYS)
            found.number(f"{field}.activity.min_count", one.activity.min_count, 1, _MAX_TIMES)
        case "language_code":
            found.pattern(f"{field}.language_code", one.language_code, LANGUAGE)
        case _:
            found.add(field, "says nothing", "interest, activity, language_code", "none")


def _rule(segment: pb.Segment) -> Rule:
    return Rule(segment.segment_id, _conditions(segment.all_of), _conditions(segment.none_of))


def _conditions(given: Sequence[pb.SegmentCondition]) -> tuple[Condition, ...]:
    return tuple(map(_condition, given))


def _condition(one: pb.SegmentCondition) -> Condition:
    match one.WhichOneof("condition"):
        case "interest":
            ((kind, value, weight),) = interests_of(Violations(), [one.interest])
            return Likes(kind, value, weight / SCORE_ONE)
        case "activity":
            act = Act(one.activity.act) if one.activity.act else None
            return Did(act, one.activity.days, one.activity.min_count)
        case _:
            return Wants(primary(one.language_code))
