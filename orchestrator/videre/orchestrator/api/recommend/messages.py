"""What is recommended and known of users → public messages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from videre.common.values import SCORE_ONE
from videre.orchestrator.api.present import duration, suggestion, timestamp
from videre.orchestrator.lexicon.topic_map import TopicMap
from videre.orchestrator.recommend.catalogue import Catalogue
from videre.orchestrator.recommend.model import Act, Trait
from videre.orchestrator.recommend.ranking import Pick
from videre.orchestrator.recommend.reasons import Interest, Shared, Why
from videre.orchestrator.search.packing import U32
from videre.orchestrator.search.vocabulary import MOODS
from videre.orchestrator.store.audience import Kept
from videre.orchestrator.store.search_reads import IndexedMedia
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.v1 import recommendation_pb2 as pb
from videre.v1 import types_pb2

#: Traits whose moments the search index counts.
_COUNTED: Final = (Trait.TAG, Trait.TOPIC, Trait.EVENT, Trait.MOOD)
_SPANS: Final = 3
_MS: Final = 1_000_000

#: When a media has what, by "tag:animal.dog" and the like.
Times = Mapping[str, Sequence[types_pb2.TimeSpan]]


@dataclass(frozen=True, slots=True)
class RecommendMessages:
    """Makes the messages of one answer.

    Args:
        language: of names.
    """

    taxonomy: Taxonomy
    topics: TopicMap
    language: str

    def item(
        self,
        catalogue: Catalogue,
        media: IndexedMedia,
        pick: Pick,
        why: Why,
        spans: Times,
    ) -> pb.RecommendedItem:
        """Return a media that is recommended.

        Args:
            spans: of its moments, by what they have, see `moments_of`.
        """
        return pb.RecommendedItem(
            media_id=media.media_id,
            title=media.title,
            create_time=timestamp(media.create_ns),
            revision=media.revision,
            suggestion=suggestion(media.suggestion),
            score=pick.score,
            affinity=pick.affinity,
            popularity=pick.popularity,
            freshness=pick.freshness,
            drawn=pick.drawn,
            reasons=[self.shared(one, spans) for one in why.shared],
            because=[
                pb.AlikeMedia(media_id=catalogue.items[one.place].media_id, likeness=one.weight)
                for one in why.liked
            ],
            collaborative=pick.collaborative,
            also_liked=[
                pb.AlsoLikedMedia(
                    media_id=catalogue.items[one.place].media_id, user_count=one.users
                )
                for one in why.also
            ],
        )

    def shared(self, one: Shared, spans: Times) -> pb.SharedTrait:
        """Return a trait that two have in common, with the moments of a media that have it."""
        return pb.SharedTrait(
            kind=pb.TraitKind.ValueType(int(one.kind)),
            value=one.value,
            name=self.name(one.kind, one.value),
            share=one.share,
            stated=one.said,
            spans=spans.get(_counted_as(one.kind, one.value), ())[:_SPANS],
        )

    def interest(self, one: Interest) -> pb.Interest:
        """Return something that a user likes or dislikes."""
        return pb.Interest(
            kind=pb.TraitKind.ValueType(int(one.kind)),
            value=one.value,
            weight=one.weight,
            stated=one.said,
            name=self.name(one.kind, one.value),
        )

    def profile(self, user_id: str, kept: Kept, learnt: Iterable[Interest]) -> pb.UserProfile:
        """Return what is known of a user.

        Args:
            learnt: what follows from what they said and did.
        """
        profile = kept.profile
        stated = (
            Interest(kind, value, weight / SCORE_ONE, said=True)
            for kind, value, weight in profile.stated
        )
        return pb.UserProfile(
            user_id=user_id,
            stated_interests=map(self.interest, stated),
            language_codes=profile.languages,
            interests=map(self.interest, learnt),
            events=[
                pb.UserEvent(
                    user_id=user_id,
                    media_id=one.media_id,
                    act=pb.UserAct.ValueType(int(one.act)),
                    event_time=timestamp(one.time_ns),
                    watched=duration(one.amount_ms * _MS) if one.act is Act.WATCH else None,
                    event_id=one.id,
                )
                for one in profile.events
            ],
            create_time=timestamp(kept.create_ns),
            update_time=timestamp(kept.update_ns),
            shown_ads=[
                pb.ShownAd(ad_id=ad_id, show_time=timestamp(time_ns))
                for ad_id, time_ns in profile.shown
            ],
        )

    def name(self, kind: Trait, value: str) -> str:
        """Return what a trait is called."""
        if kind in (Trait.TAG, Trait.EVENT):
            return self.taxonomy.name(value, self.language) or value
        if kind is Trait.TOPIC:
            return self.topics.name(value, self.language)
        if kind is Trait.MOOD and self.language.lower().startswith("zh"):
            return MOODS.get(value, value)
        return value


def moments_of(
    facets: bytes, values: Sequence[str], spans: bytes
) -> dict[str, list[types_pb2.TimeSpan]]:
    """Return when a media has what: by "tag:animal.dog" and the like, without the whole of it.

    Args:
        facets: moments and places in `values`, as the search index keeps them.
        spans: of its moments, milliseconds.
    """
    times = np.frombuffer(spans, U32).reshape(-1, 2)
    found: dict[str, list[types_pb2.TimeSpan]] = defaultdict(list)
    for number, value in np.frombuffer(facets, U32).reshape(-1, 2).tolist():
        if 0 < number < len(times):
            start, end = times[number].tolist()
            found[values[value].casefold()].append(
                types_pb2.TimeSpan(
                    start_offset=duration(start * _MS), end_offset=duration(end * _MS)
                )
            )
    return found


def _counted_as(kind: Trait, value: str) -> str:
    """Return how the search index counts a trait; "" where it does not."""
    return f"{kind.name}:{value}".casefold() if kind in _COUNTED else ""
