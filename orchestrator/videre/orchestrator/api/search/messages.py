"""What was found → public messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from videre.common.values import SCORE_ONE
from videre.orchestrator.api.present import duration, suggestion, timestamp
from videre.orchestrator.lexicon.topic_map import TopicMap
from videre.orchestrator.links import Links
from videre.orchestrator.search.highlights import Told, told
from videre.orchestrator.search.model import Field, Moment
from videre.orchestrator.search.results import FacetValue
from videre.orchestrator.search.syntax import Node
from videre.orchestrator.search.vocabulary import MOODS
from videre.orchestrator.store.search_reads import IndexedMedia
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.v1 import search_pb2 as pb
from videre.v1 import types_pb2

_JPEG: Final = "image/jpeg"
_GIVEN: Final = frozenset({Field.TITLE, Field.DESCRIPTION})


@dataclass(frozen=True, slots=True)
class Shown:
    """A moment that is shown.

    Args:
        number: its number in its media.
        score: how well it fits.
        moment: what is known of it.
        tree: the query that tells why; None where there is none.
        likeness: to an example, -1..1; None where there is none.
    """

    number: int
    score: float
    moment: Moment
    tree: Node | None
    likeness: float | None = None


@dataclass(frozen=True, slots=True)
class SearchMessages:
    """Makes the messages of one answer.

    Args:
        project_id: whose media.
        language: of names.
    """

    project_id: str
    taxonomy: Taxonomy
    topics: TopicMap
    language: str
    links: Links

    def media(
        self, media: IndexedMedia, score: float, count: int, moments: Iterable[Shown]
    ) -> pb.FoundMedia:
        """Return a media with moments.

        Args:
            score: of its best moment.
            count: number of its moments that were found.
        """
        return pb.FoundMedia(
            media_id=media.media_id,
            title=media.title,
            create_time=timestamp(media.create_ns),
            revision=media.revision,
            suggestion=suggestion(media.suggestion),
            score=score,
            moment_count=count,
            moments=[self._moment(media, one) for one in moments],
        )

    def _moment(self, media: IndexedMedia, shown: Shown) -> pb.FoundMoment:
        moment, in_characters = shown.moment, media.in_characters
        reasons = told(shown.tree, moment.passages) if shown.tree is not None else []
        message = pb.FoundMoment(
            span=_span(moment.start_ns, moment.end_ns, in_characters=in_characters),
            whole=shown.number == 0,
            shot_index=moment.shot,
            picture_digest=moment.picture,
            score=shown.score,
            reasons=[self._reason(one, in_characters=in_characters) for one in reasons],
            likeness=shown.likeness,
        )
        if moment.picture:
            message.picture_path = self.links.path(self.project_id, moment.picture, _JPEG)
        return message

    def _reason(self, one: Told, *, in_characters: bool) -> pb.FoundReason:
        passage = one.passage
        name = self.name(passage.field, passage.value)
        message = pb.FoundReason(
            field=pb.SearchField.ValueType(int(passage.field)),
            text=name or one.text,
            value=passage.value,
            confidence=passage.score / SCORE_ONE,
            evidence_ids=passage.evidence,
        )
        if not name:
            for start, end in one.ranges:
                message.highlights.add(start=start, end=end)
        if passage.field not in _GIVEN:
            span = _span(passage.start_ns, passage.end_ns, in_characters=in_characters)
            message.span.CopyFrom(span)
        return message

    def facet(self, kind: Field, values: Sequence[FacetValue]) -> pb.SearchFacet:
        """Return the counts of a facet."""
        return pb.SearchFacet(
            field=pb.SearchField.ValueType(int(kind)),
            values=[
                pb.FacetCount(
                    value=one.value,
                    name=self.name(kind, one.value),
                    moment_count=one.moments,
                    media_count=one.media,
                )
                for one in values
            ],
        )

    def name(self, kind: Field, value: str) -> str:
        """Return what an id is called; "" where it has no name but what stands in the moment."""
        if not value:
            return ""
        if kind in (Field.TAG, Field.EVENT):
            return self.taxonomy.name(value, self.language)
        if kind is Field.TOPIC:
            return self.topics.name(value, self.language)
        if kind is Field.MOOD:
            chinese = self.language.lower().startswith("zh")
            return MOODS.get(value, value) if chinese else value
        return ""


def _span(start: int, end: int, *, in_characters: bool) -> types_pb2.TimeSpan:
    if in_characters:
        return types_pb2.TimeSpan(
            start_offset=duration(0), end_offset=duration(0), start_char=start, end_char=end
        )
    return types_pb2.TimeSpan(start_offset=duration(start), end_offset=duration(end))
