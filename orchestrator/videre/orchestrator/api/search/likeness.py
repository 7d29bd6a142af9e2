"""Moments that look like an example, and media that show or sound the same."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from videre.common.errors import Reason, VidereError
from videre.common.values import NS, SCORE_ONE
from videre.orchestrator.api.libraries.sample_pictures import engine_of, look_at
from videre.orchestrator.api.libraries.sample_texts import embedded_text, text_embedder
from videre.orchestrator.api.present import duration
from videre.orchestrator.api.replies import fitting
from videre.orchestrator.api.request import duration_ns
from videre.orchestrator.api.search.checks import LikeAsked
from videre.orchestrator.api.search.messages import SearchMessages, Shown
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.features import CLASSES
from videre.orchestrator.fusion.face_vectors import Vectors, vectors_of
from videre.orchestrator.lexicon.topic_map import load_topics
from videre.orchestrator.media.still import picture_jpeg
from videre.orchestrator.search.looks import (
    Looks,
    Near,
    Same,
    fused,
    nearest,
    same_pictures,
    same_sound,
    unpacked,
)
from videre.orchestrator.search.model import INDEX_VERSION
from videre.orchestrator.search.packing import U32
from videre.orchestrator.search.ranking import find, needs_places, wanted_terms
from videre.orchestrator.search.results import best_moments, by_media
from videre.orchestrator.search.syntax import Node
from videre.orchestrator.search.vocabulary import vocabulary
from videre.orchestrator.store.search_reads import IndexedMedia
from videre.v1 import search_pb2 as pb
from videre.v1 import types_pb2

#: Moments of each ranking that are merged.
_RANKED: Final = 1_000
_MS: Final = NS // 1_000

#: A moment: key of its media in the index, and its number.
Place = tuple[int, int]


class Likeness:
    """Compares what moments and media look like."""

    def __init__(self, app: Orchestrator) -> None:
        self._app = app

    # --- moments -----------------------------------------------------------------------------

    async def similar(
        self, project: str, request: pb.FindSimilarMomentsRequest, asked: LikeAsked
    ) -> pb.FindSimilarMomentsResponse:
        """Return what looks like an example.

        Raises:
            VidereError: NOT_COMPARABLE; of pictures MEDIA_* for what is none, NO_ENGINE,
                SERVICE_DOWN; of texts the latter two.
        """
        which, itself = request.WhichOneof("example"), None
        if which == "picture":
            engine, example = await self._picture(request.picture, request.engine)
        elif which == "text":
            facts = await text_embedder(self._app)
            vector = await embedded_text(self._app, facts, request.text)
            engine, example = facts.id, _example(vector)
        else:
            engine, example, itself = await asyncio.to_thread(self._moment, project, request.moment)
        return await asyncio.to_thread(
            self._answer, project, asked, request.language_code, engine, example, itself
        )

    async def _picture(self, data: bytes, wanted: str) -> tuple[str, Vectors]:
        engine = await engine_of(self._app, CLASSES.name, wanted)
        picture = await picture_jpeg(data, self._app.run_child)
        answer = await look_at(self._app, engine, picture)
        found = next((one.embedding for one in answer.observations if one.embedding), None)
        if found is None:
            raise VidereError(Reason.NO_ENGINE, f"{engine.id} does not describe pictures")
        return engine.id, _example(list(found))

    def _moment(self, project: str, moment: pb.MomentExample) -> tuple[str, Vectors, Place]:
        self._app.media.get(project, moment.media_id)
        known = self._app.looks.of_media(project, moment.media_id)
        if known is not None and known[2].engine:
            key, spans, looks = known
            numbers, vectors = unpacked(looks.numbers, looks.vectors)
            place = _moment_at(spans, duration_ns(moment.offset))
            row = int(np.searchsorted(numbers, place))
            if row < len(numbers) and int(numbers[row]) == place:
                return looks.engine, vectors[row : row + 1], (key, place)
        raise VidereError(
            Reason.NOT_COMPARABLE,
            f"nothing is known of how media {moment.media_id} looks there",
            metadata={"media_id": moment.media_id},
        )

    def _answer(
        self,
        project: str,
        asked: LikeAsked,
        language: str,
        engine: str,
        example: Vectors,
        itself: Place | None,
    ) -> pb.FindSimilarMomentsResponse:
        blocks = self._app.looks.vectors(project, engine, asked.wanted)
        least = asked.min_likeness * SCORE_ONE
        alike = [
            one
            for one in nearest(example, blocks, _RANKED + 1)
            if one.likeness >= least and (one.key, one.number) != itself
        ]
        taxonomy, topics = self._app.taxonomies.shown(project), load_topics()
        tree = vocabulary(taxonomy, topics).understood(asked.tree) if asked.tree else None
        places = [(one.key, one.number) for one in alike]
        if tree is None:
            ranked = [(place, one.likeness / SCORE_ONE) for place, one in
                      zip(places, alike, strict=True)]  # fmt: skip
        else:
            words = [one for one in self._by_words(project, asked, tree) if one != itself]
            ranked = fused([places[:_RANKED], words])
        messages = SearchMessages(project, taxonomy, topics, language, self._app.links)
        answer = pb.FindSimilarMomentsResponse(engine=engine, index_version=INDEX_VERSION)
        shown = self._shown(messages, tree, ranked[: asked.moments], alike)
        answer.media.extend(fitting(shown))
        return answer

    def _by_words(self, project: str, asked: LikeAsked, tree: Node) -> list[Place]:
        """Return the moments that a query finds, the best first."""
        rows = self._app.search.gather(
            project, wanted_terms(tree), asked.wanted, places=needs_places(tree)
        )
        found = find(tree, rows.table, rows.postings, rows.corpus, rows.allowed)
        scored = [
            (-score, hit.key, number)
            for hit in by_media(found).page(0, _RANKED)
            for number, score in best_moments(found, hit, _RANKED)
        ]
        return [(key, number) for _, key, number in sorted(scored)[:_RANKED]]

    def _shown(
        self,
        messages: SearchMessages,
        tree: Node | None,
        ranked: Sequence[tuple[Place, float]],
        alike: Sequence[Near],
    ) -> list[pb.FoundMedia]:
        likeness = {(one.key, one.number): one.likeness / SCORE_ONE for one in alike}
        by_key: dict[int, list[tuple[int, float]]] = {}
        for (key, number), score in ranked:
            by_key.setdefault(key, []).append((number, score))
        numbers = {key: [number for number, _ in moments] for key, moments in by_key.items()}
        known, media = self._app.search.moments(numbers), self._app.search.shown(list(numbers))
        return [
            messages.media(
                media[key],
                moments[0][1],
                len(moments),
                [
                    Shown(number, score, known[key, number], tree, likeness.get((key, number)))
                    for number, score in moments
                    if (key, number) in known
                ],
            )
            for key, moments in by_key.items()
            if key in media
        ]

    # --- media -------------------------------------------------------------------------------

    def duplicates(
        self, project: str, media_id: str, min_share: float, limit: int
    ) -> pb.FindDuplicateMediaResponse:
        """Return the media that show or sound the same. Blocking: call through threads.

        Raises:
            VidereError: MEDIA_NOT_FOUND, NOT_COMPARABLE.
        """
        own = self._app.media.get(project, media_id)
        known = self._app.looks.of_media(project, media_id)
        if known is None or not (known[2].hashes or known[2].still or known[2].sound_hashes):
            raise VidereError(
                Reason.NOT_COMPARABLE,
                f"neither pictures nor sound of media {media_id} were hashed",
                metadata={"media_id": media_id},
            )
        key, _, looks = known
        least = min_share * SCORE_ONE
        found = [
            alike
            for other, its in self._app.looks.hashes(project, key)
            if (alike := _alike(other, looks, its, least)) is not None
        ]
        found.sort(key=lambda one: one.order)
        found = found[:limit]
        shown = self._app.search.shown([one.key for one in found])
        digests: Mapping[str, str] = {
            one.media_id: self._app.media.get(project, one.media_id).digest
            for one in shown.values()
        }
        return pb.FindDuplicateMediaResponse(
            index_version=INDEX_VERSION,
            media=[
                _duplicate(one, shown[one.key], digests[shown[one.key].media_id] == own.digest)
                for one in found
                if one.key in shown
            ],
        )


@dataclass(frozen=True, slots=True)
class _Alike:
    """A media of the index that shows or sounds the same."""

    key: int
    seen: Same | None
    heard: Same | None

    @property
    def order(self) -> tuple[int, int, int]:
        """Sorts what shares most first, then the earlier of the index."""
        both = [same for same in (self.seen, self.heard) if same is not None]
        return -max(same.share for same in both), -max(same.pairs for same in both), self.key


def _alike(key: int, own: Looks, its: Looks, least: float) -> _Alike | None:
    """Return how a media is the same as another one; None where it is not by so much, E4."""
    seen, heard = (
        same if same is not None and same.share >= least else None
        for same in (same_pictures(own, its), same_sound(own, its))
    )
    return None if seen is None and heard is None else _Alike(key, seen, heard)


def _duplicate(alike: _Alike, media: IndexedMedia, same_bytes: bool) -> pb.DuplicateMedia:
    made = pb.DuplicateMedia(media_id=media.media_id, title=media.title, same_bytes=same_bytes)
    if alike.seen is not None:
        made.share, made.frame_count = alike.seen.share / SCORE_ONE, alike.seen.pairs
        made.span.CopyFrom(_span(alike.seen.first))
        made.duplicate_span.CopyFrom(_span(alike.seen.second))
    if alike.heard is not None:
        made.sound.share, made.sound.hash_count = alike.heard.share / SCORE_ONE, alike.heard.pairs
        made.sound.span.CopyFrom(_span(alike.heard.first))
        made.sound.duplicate_span.CopyFrom(_span(alike.heard.second))
    return made


def _example(values: Sequence[float]) -> Vectors:
    """Return an embedding as those of moments are kept."""
    matrix = np.asarray([values], np.dtype("<f2"))
    return vectors_of(["example/0"], {"example": matrix})


def _moment_at(spans: bytes, offset_ns: int) -> int:
    """Return the number of the moment at a place; 0 of a media of one moment."""
    times = np.frombuffer(spans, U32).reshape(-1, 2)[1:]
    at = int(np.searchsorted(times[:, 0], offset_ns // _MS, side="right"))
    return at if len(times) else 0


def _span(times: tuple[int, int]) -> types_pb2.TimeSpan:
    start, end = times
    return types_pb2.TimeSpan(start_offset=duration(start * _MS), end_offset=duration(end * _MS))
