"""Which ads fit the slots of a film."""

from __future__ import annotations

import asyncio
from typing import Final

from videre.common.values import NS
from videre.orchestrator.ads.matching import (
    AdRules,
    Fit,
    Refused,
    Surroundings,
    assigned,
    context_of,
    fit,
    left_of,
    refusal,
    vector_of,
)
from videre.orchestrator.ads.model import Slot
from videre.orchestrator.api.ads.ad_checks import rules_of_ad
from videre.orchestrator.api.ads.checks import check_rules
from videre.orchestrator.api.ads.slots import FoundSlots, SlotFinder, slot_message
from videre.orchestrator.api.recommend.checks import MAX_USER
from videre.orchestrator.api.recommend.messages import RecommendMessages, Times, moments_of
from videre.orchestrator.api.recommend.segments import Segments
from videre.orchestrator.api.times import instant
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.document import Suggestion
from videre.orchestrator.lexicon.topic_map import load_topics
from videre.orchestrator.recommend.catalogue import Catalogue
from videre.orchestrator.recommend.model import NOBODY, Profile, Trait
from videre.orchestrator.recommend.taste import taste_of
from videre.orchestrator.recommend.traits import folded
from videre.orchestrator.taxonomy.entries import DEFAULT_LANGUAGE
from videre.v1 import ad_pb2 as pb

_MAX_ADS: Final = 20
#: What is this near to a slot is around it.
_NEAR_NS: Final = 60 * NS


class Matcher:
    """Matches ads to slots."""

    def __init__(self, app: Orchestrator, slots: SlotFinder) -> None:
        self._app, self._slots, self._segments = app, slots, Segments(app)

    async def match(self, project: str, request: pb.MatchAdsRequest) -> pb.MatchAdsResponse:
        """Return the ads that fit.

        Raises:
            VidereError: FIELD_INVALID, MEDIA_NOT_FOUND, ANALYSIS_NOT_FOUND.
        """
        found = Violations()
        check_rules(found, request.slots, "slots.")
        found.size("user_id", request.user_id, MAX_USER)
        found.number("max_ads", request.max_ads, 0, _MAX_ADS)
        time_ns = instant(found, request, "time")
        found.raise_if_any()
        now = self._app.clock.now_ns() if time_ns is None else time_ns
        return await asyncio.to_thread(self._match, project, request, now)

    def _match(self, project: str, request: pb.MatchAdsRequest, now_ns: int) -> pb.MatchAdsResponse:
        chosen = self._slots.find(project, request.slots)
        kept = self._app.audience.profile(project, request.user_id) if request.user_id else None
        profile = kept.profile if kept else NOBODY
        catalogue = self._app.catalogues.of(project)
        place = catalogue.places.get(request.slots.media_id)
        around = self._around(project, chosen, catalogue, place, profile, now_ns)
        allowed: list[AdRules] = []
        refused: list[Refused] = []
        for data, done in self._app.ads.ads(project):
            ad = rules_of_ad(pb.Ad.FromString(data))
            against = refusal(ad, done, around)
            if against is None:
                allowed.append(ad)
            else:
                refused.append(against)
        times = self._times(catalogue, place)
        taste = taste_of(profile, catalogue, now_ns)
        vectors = [(ad, vector_of(ad, catalogue)) for ad in allowed]
        fits = []
        for slot in chosen.slots:
            context = context_of(catalogue, place, _near(times, slot))
            fits.append([fit(ad, vector, context, taste, catalogue) for ad, vector in vectors])
        caps = {ad.id: left for ad in allowed if (left := left_of(ad, around)) is not None}
        ads = assigned(fits, caps, request.max_ads or 1)
        language = request.language_code or DEFAULT_LANGUAGE
        messages = RecommendMessages(self._app.taxonomies.shown(project), load_topics(), language)
        return pb.MatchAdsResponse(
            slots=[
                pb.MatchedSlot(
                    slot=slot_message(slot),
                    ads=[_matched(messages, one, times) for one in some],
                )
                for slot, some in zip(chosen.slots, ads, strict=True)
            ],
            refusals=[
                pb.AdRefusal(
                    ad_id=one.ad_id,
                    reason=pb.AdRefusalReason.ValueType(int(one.reason)),
                    value=one.value,
                )
                for one in refused
            ],
            categories=around.categories,
        )

    def _around(
        self,
        project: str,
        chosen: FoundSlots,
        catalogue: Catalogue,
        place: int | None,
        profile: Profile,
        now_ns: int,
    ) -> Surroundings:
        """Return what is known of the media and of what the user was shown."""
        traits: set[tuple[Trait, str]] = set()
        language = ""
        if place is not None:
            ids, _ = catalogue.row(place)
            known = catalogue.vocabulary.traits
            traits = {(known[one][0], folded(*known[one])) for one in ids.tolist()}
            language = catalogue.items[place].language
        record = chosen.record
        people = self._app.reviews.people(record.media_id, record.revision)
        passed = (people or record.suggestion) in (Suggestion.PASS, "")
        segments = frozenset(self._segments.of(project, profile, now_ns))
        return Surroundings(frozenset(traits), language, passed, now_ns, profile.shown, segments)

    def _times(self, catalogue: Catalogue, place: int | None) -> Times:
        """Return when the media has what, by kind and folded value."""
        if place is None:
            return {}
        key = catalogue.items[place].key
        spans = self._app.search.spans([key])
        for _, facets, values in self._app.search.facets([key]):
            if key in spans:
                return moments_of(facets, values, spans[key])
        return {}


def _near(times: Times, slot: Slot) -> list[tuple[Trait, str]]:
    """Return what is in the moments next to a slot."""
    first, last = slot.time_ns - _NEAR_NS, slot.time_ns + _NEAR_NS
    found = []
    for counted, spans in times.items():
        kind, _, value = counted.partition(":")
        for span in spans:
            begins, ends = span.start_offset.ToNanoseconds(), span.end_offset.ToNanoseconds()
            if begins <= last and ends >= first:
                if kind.upper() in Trait.__members__:
                    found.append((Trait[kind.upper()], value))
                break
    return found


def _matched(messages: RecommendMessages, one: Fit, times: Times) -> pb.MatchedAd:
    return pb.MatchedAd(
        ad_id=one.ad_id,
        score=one.score,
        context=one.context,
        audience=one.audience,
        context_reasons=[messages.shared(reason, times) for reason in one.context_reasons],
        audience_reasons=[messages.shared(reason, {}) for reason in one.audience_reasons],
    )
