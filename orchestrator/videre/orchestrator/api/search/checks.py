"""The limits of requests for search, and what they ask for as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from google.protobuf.duration_pb2 import Duration

from videre.common.values import NS
from videre.orchestrator.api.request import duration_ns
from videre.orchestrator.api.times import instant
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.search.model import WITH_IDS, Field
from videre.orchestrator.search.syntax import All, Node, QuerySyntaxError, parse
from videre.orchestrator.store.search_reads import Wanted
from videre.v1 import analysis_pb2
from videre.v1 import search_pb2 as pb

MAX_PAGE: Final = 100
_MAX_QUERY: Final = 1_024
_MAX_MEDIA: Final = 100
_MAX_FACET: Final = 100
_MAX_MOMENTS: Final = 20
_MAX_PICTURE: Final = 3 << 20
_DAY_S: Final = 86_400
_MS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A search, with defaults filled in; times in milliseconds, None = any."""

    tree: Node
    wanted: Wanted
    facets: tuple[Field, ...]
    facet_size: int
    moments: int
    page_size: int
    start_ms: int | None
    end_ms: int | None


def asked_of(request: pb.SearchMomentsRequest) -> Asked:
    """Return what a request asks for.

    Raises:
        VidereError: FIELD_INVALID.
    """
    found = Violations()
    tree = _tree(found, request.query)
    facets = _facets(found, request)
    found.number("facet_size", request.facet_size, 0, _MAX_FACET)
    found.number("moments_per_media", request.moments_per_media, 0, _MAX_MOMENTS)
    found.number("page_size", request.page_size, 0, MAX_PAGE)
    wanted = _wanted(found, request.filter)
    start_ms = _offset(found, request.filter, "start_offset")
    end_ms = _offset(found, request.filter, "end_offset")
    found.raise_if_any()
    return Asked(
        tree=tree,
        wanted=wanted,
        facets=facets,
        facet_size=request.facet_size or 10,
        moments=request.moments_per_media or 3,
        page_size=request.page_size or 10,
        start_ms=start_ms,
        end_ms=end_ms,
    )


@dataclass(frozen=True, slots=True)
class LikeAsked:
    """A search by example, with defaults filled in; without a tree by look alone."""

    tree: Node | None
    wanted: Wanted
    min_likeness: float
    moments: int


def like_asked_of(request: pb.FindSimilarMomentsRequest) -> LikeAsked:
    """Return what a request asks for beside its example.

    Raises:
        VidereError: FIELD_INVALID.
    """
    found = Violations()
    example = request.WhichOneof("example")
    if example is None:
        found.add("moment", "no example is given", "moment, picture, text", "none")
    elif example == "picture":
        size = len(request.picture)
        found.number("picture", size, 1, _MAX_PICTURE)
    elif example == "text":
        size = len(request.text.encode())
        if not 1 <= size <= _MAX_QUERY:
            found.add("text", f"has {size} bytes", f"1..{_MAX_QUERY} bytes", size)
    else:
        found.named("moment.media_id", request.moment.media_id)
        found.number("moment.offset", duration_ns(request.moment.offset) / NS, 0, _DAY_S)
    if request.engine and example != "picture":
        found.add("engine", "is asked for with a picture only", "empty", request.engine)
    tree = _tree(found, request.query) if request.query else None
    for name in ("start_offset", "end_offset"):
        if request.filter.HasField(name):
            found.add(f"filter.{name}", "is not asked for here", "none", "given")
    least = request.min_likeness if request.HasField("min_likeness") else 0.0
    found.number("min_likeness", least, -1, 1)
    found.number("max_moments", request.max_moments, 0, MAX_PAGE)
    wanted = _wanted(found, request.filter)
    found.raise_if_any()
    return LikeAsked(tree, wanted, least, request.max_moments or 20)


def share_asked_of(request: pb.FindDuplicateMediaRequest) -> tuple[float, int]:
    """Return the least share and the most media that a request asks for.

    Raises:
        VidereError: FIELD_INVALID.
    """
    found = Violations()
    found.named("media_id", request.media_id)
    share = request.min_share if request.HasField("min_share") else 0.1
    found.number("min_share", share, 0, 1)
    found.number("max_media", request.max_media, 0, MAX_PAGE)
    found.raise_if_any()
    return share, request.max_media or 20


def _tree(found: Violations, query: str) -> Node:
    """Return the query; one that asks for nothing where it cannot be read."""
    size = len(query.encode())
    if not 1 <= size <= _MAX_QUERY:
        found.add("query", f"has {size} bytes", f"1..{_MAX_QUERY} bytes", size)
        return All(())
    try:
        return parse(query)
    except QuerySyntaxError as error:
        rest = query[error.position :][:20]
        found.add("query", f"character {error.position}: {error.problem}", error.expected, rest)
        return All(())


def _facets(found: Violations, request: pb.SearchMomentsRequest) -> tuple[Field, ...]:
    known = {int(kind): kind for kind in WITH_IDS}
    limit = ", ".join(f"SEARCH_FIELD_{kind.name}" for kind in sorted(WITH_IDS))
    for index, value in enumerate(request.facets):
        if value not in known:
            found.add(f"facets[{index}]", "cannot be counted", limit, value)
        elif value in request.facets[:index]:
            found.add(f"facets[{index}]", "stands twice", "each once", value)
    return tuple(known[value] for value in request.facets if value in known)


def _wanted(found: Violations, given: pb.SearchFilter) -> Wanted:
    found.count("filter.media_ids", len(given.media_ids), _MAX_MEDIA)
    for index, suggestion in enumerate(given.suggestions):
        if suggestion not in analysis_pb2.Suggestion.values():
            limit = ", ".join(analysis_pb2.Suggestion.keys())
            found.add(f"filter.suggestions[{index}]", "is no advice", limit, suggestion)
    names = {
        value: name.removeprefix("SUGGESTION_").lower() if value else ""
        for name, value in analysis_pb2.Suggestion.items()
    }
    return Wanted(
        media_ids=tuple(given.media_ids),
        suggestions=tuple(names.get(suggestion, "") for suggestion in given.suggestions),
        min_create_ns=instant(found, given, "min_create_time", "filter."),
        max_create_ns=instant(found, given, "max_create_time", "filter."),
    )


def _offset(
    found: Violations, given: pb.SearchFilter, name: Literal["start_offset", "end_offset"]
) -> int | None:
    if not given.HasField(name):
        return None
    offset: Duration = getattr(given, name)
    value = duration_ns(offset)
    found.number(f"filter.{name}", value / NS, 0, _DAY_S)
    return value // _MS
