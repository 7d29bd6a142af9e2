"""SearchService."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import grpc.aio

from videre.common.values import sha256_hex
from videre.orchestrator.api.project import project_of
from videre.orchestrator.api.replies import fitting
from videre.orchestrator.api.search.checks import Asked, asked_of, like_asked_of, share_asked_of
from videre.orchestrator.api.search.likeness import Likeness
from videre.orchestrator.api.search.messages import SearchMessages, Shown
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.lexicon.topic_map import load_topics
from videre.orchestrator.search.model import INDEX_VERSION
from videre.orchestrator.search.ranking import SCORE_SCALE, Found, find, needs_places, wanted_terms
from videre.orchestrator.search.results import (
    MediaHit,
    best_moments,
    by_media,
    count_facets,
    within,
)
from videre.orchestrator.search.syntax import Node
from videre.orchestrator.search.vocabulary import vocabulary
from videre.orchestrator.steps.searching import index_waiting
from videre.orchestrator.store.listing import page_token, read_token
from videre.orchestrator.taxonomy.entries import DEFAULT_LANGUAGE
from videre.v1 import search_pb2 as pb
from videre.v1 import search_pb2_grpc

Context = grpc.aio.ServicerContext[Any, Any]
_REBUILD: Final = "rebuild"


class SearchServicer(search_pb2_grpc.SearchServiceServicer):
    """See search.proto."""

    def __init__(self, app: Orchestrator) -> None:
        self._app, self._likeness = app, Likeness(app)

    async def SearchMoments(
        self, request: pb.SearchMomentsRequest, context: Context
    ) -> pb.SearchMomentsResponse:
        """See search.proto."""
        project = project_of(request.project_id)
        asked = asked_of(request)
        filters = {"search": project, "asked": _fingerprint(request)}
        after = None
        if request.page_token:
            after = _position(request.page_token, filters)
        language = request.language_code or DEFAULT_LANGUAGE
        answer, last = await asyncio.to_thread(self._search, project, asked, after, language)
        if last is not None:
            answer.next_page_token = page_token(f"{last.score} {last.media_id}", filters)
        return answer

    def _search(
        self, project: str, asked: Asked, after: tuple[int, str] | None, language: str
    ) -> tuple[pb.SearchMomentsResponse, MediaHit | None]:
        """Return an answer, and the last media of its page where there are more."""
        search = self._app.search
        taxonomy, topics = self._app.taxonomies.shown(project), load_topics()
        tree = vocabulary(taxonomy, topics).understood(asked.tree)
        rows = search.gather(
            project, wanted_terms(tree), asked.wanted,
            places=needs_places(tree), facets=bool(asked.facets),
        )  # fmt: skip
        answer = pb.SearchMomentsResponse(index_version=INDEX_VERSION)
        found = find(tree, rows.table, rows.postings, rows.corpus, rows.allowed)
        if asked.start_ms is not None or asked.end_ms is not None:
            spans = search.spans([hit.key for hit in by_media(found).page(0, rows.table.size)])
            found = within(found, spans, asked.start_ms, asked.end_ms)
        hits = by_media(found)
        answer.media_count, answer.moment_count = len(hits), len(found.moments)
        messages = SearchMessages(project, taxonomy, topics, language, self._app.links)
        if asked.facets:
            counted = count_facets(found, asked.facets, asked.facet_size)
            answer.facets.extend(messages.facet(*one) for one in counted.items())
        begin = 0 if after is None else hits.after(*after)
        page = hits.page(begin, asked.page_size)
        shown = fitting(self._shown(messages, tree, asked.moments, found, page))
        answer.media.extend(shown)
        last = next((hit for hit in page if shown and hit.media_id == shown[-1].media_id), None)
        return answer, last if last is not None and [last] != hits.page(len(hits) - 1, 1) else None

    def _shown(
        self,
        messages: SearchMessages,
        tree: Node,
        limit: int,
        found: Found,
        page: Sequence[MediaHit],
    ) -> list[pb.FoundMedia]:
        best = {hit.key: best_moments(found, hit, limit) for hit in page}
        numbers = {key: [number for number, _ in moments] for key, moments in best.items()}
        moments = self._app.search.moments(numbers)
        media = self._app.search.shown(list(numbers))
        return [
            messages.media(
                media[hit.key],
                hit.score / SCORE_SCALE,
                hit.count,
                [
                    Shown(number, score / SCORE_SCALE, moments[hit.key, number], tree)
                    for number, score in best[hit.key]
                    if (hit.key, number) in moments
                ],
            )
            for hit in page
            if hit.key in media  # else it was deleted meanwhile
        ]

    async def FindSimilarMoments(
        self, request: pb.FindSimilarMomentsRequest, context: Context
    ) -> pb.FindSimilarMomentsResponse:
        """See search.proto."""
        project = project_of(request.project_id)
        return await self._likeness.similar(project, request, like_asked_of(request))

    async def FindDuplicateMedia(
        self, request: pb.FindDuplicateMediaRequest, context: Context
    ) -> pb.FindDuplicateMediaResponse:
        """See search.proto."""
        share, limit = share_asked_of(request)
        return await asyncio.to_thread(
            self._likeness.duplicates, project_of(""), request.media_id, share, limit
        )

    async def RebuildSearchIndex(
        self, request: pb.RebuildSearchIndexRequest, context: Context
    ) -> pb.RebuildSearchIndexResponse:
        """See search.proto."""
        project = project_of(request.project_id)
        filters = {_REBUILD: project}
        after = read_token(request.page_token, filters, str) if request.page_token else ""
        run = self._app.runtime()
        if request.all and not after:
            await asyncio.to_thread(run.search.outdate_all, project)
        count, last = await asyncio.to_thread(index_waiting, run, project, after)
        state = await asyncio.to_thread(run.search.state, project)
        return pb.RebuildSearchIndexResponse(
            media_count=state.media,
            moment_count=state.moments,
            waiting_count=state.waiting,
            next_page_token=page_token(last, filters) if count else "",
            index_version=INDEX_VERSION,
        )


def _fingerprint(request: pb.SearchMomentsRequest) -> str:
    """Return what a page token is bound to: all that is asked but how much of it comes at once."""
    asked = pb.SearchMomentsRequest()
    asked.CopyFrom(request)
    for name in ("page_token", "page_size", "moments_per_media", "facets", "facet_size"):
        asked.ClearField(name)
    asked.ClearField("language_code")
    return sha256_hex(asked.SerializeToString(deterministic=True))


def _position(token: str, filters: dict[str, str]) -> tuple[int, str]:
    """Return the score and the media that a page goes on after.

    Raises:
        VidereError: PAGE_TOKEN_INVALID.
    """
    score, _, media_id = read_token(token, filters, str).partition(" ")
    if not (score.isascii() and score.isdigit()):
        score = str(read_token("", filters, int))  # refused as any other token that is none
    return int(score), media_id
