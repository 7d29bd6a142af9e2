"""RecommendationService."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, Final

import grpc.aio

from videre.common.errors import Reason, VidereError
from videre.orchestrator.api.project import project_of
from videre.orchestrator.api.recommend.checks import (
    check_user,
    events_of,
    interests_of,
    languages_of,
    wish_of,
)
from videre.orchestrator.api.recommend.exporting import Exports
from videre.orchestrator.api.recommend.messages import RecommendMessages, moments_of
from videre.orchestrator.api.recommend.segments import Segments
from videre.orchestrator.api.retention import purge_report
from videre.orchestrator.api.times import instant
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.lexicon.topic_map import load_topics
from videre.orchestrator.purging import checked
from videre.orchestrator.recommend.catalogue import Catalogue
from videre.orchestrator.recommend.crowd import CrowdAt
from videre.orchestrator.recommend.model import MODEL_VERSION, NOBODY
from videre.orchestrator.recommend.ranking import (
    Pick,
    Wish,
    eligible,
    popularity,
    recommended,
    scored,
)
from videre.orchestrator.recommend.reasons import interests, why
from videre.orchestrator.recommend.taste import Taste, known_share, taste_of
from videre.orchestrator.store.audience import Kept
from videre.orchestrator.store.erasing import Trace
from videre.orchestrator.store.listing import page_token, read_token
from videre.orchestrator.taxonomy.entries import DEFAULT_LANGUAGE
from videre.v1 import recommendation_pb2 as pb
from videre.v1 import recommendation_pb2_grpc

Context = grpc.aio.ServicerContext[Any, Any]
#: Interests that a profile shows.
_INTERESTS: Final = 100


class RecommendationServicer(recommendation_pb2_grpc.RecommendationServiceServicer):
    """See recommendation.proto."""

    def __init__(self, app: Orchestrator) -> None:
        self._app, self._segments, self._exports = app, Segments(app), Exports(app)

    async def RecordEvents(
        self, request: pb.RecordEventsRequest, context: Context
    ) -> pb.RecordEventsResponse:
        """See recommendation.proto."""
        project = project_of(request.project_id)
        events = events_of(request, self._app.clock.now_ns())
        done = await asyncio.to_thread(self._app.audience.record, project, events)
        return pb.RecordEventsResponse(
            recorded_count=done.new,
            repeated_count=done.repeated,
            forgotten_count=done.forgotten,
            unknown_media_ids=done.unknown,
        )

    async def Recommend(
        self, request: pb.RecommendRequest, context: Context
    ) -> pb.RecommendResponse:
        """See recommendation.proto."""
        project = project_of(request.project_id)
        wish = wish_of(request, self._app.clock.now_ns())
        language = request.language_code or DEFAULT_LANGUAGE
        return await asyncio.to_thread(self._recommend, project, request.user_id, wish, language)

    def _recommend(
        self, project: str, user_id: str, wish: Wish, language: str
    ) -> pb.RecommendResponse:
        kept = self._app.audience.profile(project, user_id) if user_id else None
        profile = kept.profile if kept else NOBODY
        wish = replace(wish, languages=wish.languages or profile.languages)
        catalogue = self._app.catalogues.of(project)
        taste = taste_of(profile, catalogue, wish.now_ns)
        popular = popularity(catalogue, self._app.audience.counts(project), wish.now_ns)
        crowd = self._app.crowds.of(project, catalogue).at(wish.now_ns)
        scores = scored(catalogue, taste, popular, crowd.liking(taste), wish.now_ns)
        barred = self._app.catalogues.blocked(project)
        allowed = eligible(catalogue, taste, wish, barred)
        picks = recommended(catalogue, scores, allowed, wish)
        return pb.RecommendResponse(
            items=self._items(project, catalogue, taste, crowd, picks, language),
            candidate_count=int(allowed.sum()),
            taste_weight=round(known_share(taste.mass), 6),
            model_version=MODEL_VERSION,
        )

    def _items(
        self,
        project: str,
        catalogue: Catalogue,
        taste: Taste,
        crowd: CrowdAt,
        picks: list[Pick],
        language: str,
    ) -> list[pb.RecommendedItem]:
        keys = [catalogue.items[pick.place].key for pick in picks]
        search = self._app.search
        media, times = search.shown(keys), search.spans(keys)
        spans = {
            key: moments_of(facets, values, times[key])
            for key, facets, values in search.facets(keys)
            if key in times
        }
        messages = self._messages(project, language)
        also = crowd.also_liked(taste, [pick.place for pick in picks if pick.collaborative])
        return [
            messages.item(
                catalogue,
                media[key],
                pick,
                replace(why(catalogue, taste, pick.place), also=tuple(also.get(pick.place, ()))),
                spans.get(key, {}),
            )
            for key, pick in zip(keys, picks, strict=True)
            if key in media  # else it was deleted meanwhile
        ]

    async def SetUserInterests(
        self, request: pb.SetUserInterestsRequest, context: Context
    ) -> pb.SetUserInterestsResponse:
        """See recommendation.proto."""
        project = project_of(request.project_id)
        found = Violations()
        check_user(found, request.user_id)
        stated = interests_of(found, request.interests)
        languages = languages_of(found, request.language_codes)
        found.raise_if_any()
        kept = await asyncio.to_thread(
            self._app.audience.state, project, request.user_id, stated, languages
        )
        now = self._app.clock.now_ns()
        profile = await asyncio.to_thread(
            self._profile, project, request.user_id, kept, now, DEFAULT_LANGUAGE
        )
        return pb.SetUserInterestsResponse(profile=profile)

    async def GetUserProfile(
        self, request: pb.GetUserProfileRequest, context: Context
    ) -> pb.GetUserProfileResponse:
        """See recommendation.proto."""
        project = project_of(request.project_id)
        found = Violations()
        check_user(found, request.user_id)
        asked = instant(found, request, "time")
        found.raise_if_any()
        kept = await asyncio.to_thread(self._app.audience.profile, project, request.user_id)
        if kept is None:
            raise VidereError(Reason.USER_NOT_FOUND, "nothing is known of this user")
        now = self._app.clock.now_ns() if asked is None else asked
        language = request.language_code or DEFAULT_LANGUAGE
        profile = await asyncio.to_thread(
            self._profile, project, request.user_id, kept, now, language
        )
        return pb.GetUserProfileResponse(profile=profile)

    def _profile(
        self, project: str, user_id: str, kept: Kept, now_ns: int, language: str
    ) -> pb.UserProfile:
        catalogue = self._app.catalogues.of(project)
        learnt = interests(catalogue, taste_of(kept.profile, catalogue, now_ns), _INTERESTS)
        profile = self._messages(project, language).profile(user_id, kept, learnt)
        profile.segment_ids.extend(self._segments.of(project, kept.profile, now_ns))
        return profile

    async def DeleteUser(
        self, request: pb.DeleteUserRequest, context: Context
    ) -> pb.DeleteUserResponse:
        """See recommendation.proto."""
        project = project_of(request.project_id)
        found = Violations()
        check_user(found, request.user_id)
        found.raise_if_any()
        erased = await asyncio.to_thread(self._app.audience.erase, project, request.user_id)
        await asyncio.to_thread(self._app.crowds.forget, project)
        if not erased:
            return pb.DeleteUserResponse(erased=False)
        trace = Trace(rows=Counter({"audience_profile": 1}), tokens={erased})
        report = await asyncio.to_thread(checked, self._app, project, trace, {})
        return pb.DeleteUserResponse(erased=True, report=purge_report(report))

    async def RotateProfileKey(
        self, request: pb.RotateProfileKeyRequest, context: Context
    ) -> pb.RotateProfileKeyResponse:
        """See recommendation.proto."""
        project = project_of(request.project_id)
        filters = {"rotate": project}
        version = None
        if request.page_token:
            version = read_token(request.page_token, filters, int)
        done = await asyncio.to_thread(self._app.audience.rotate, project, version)
        return pb.RotateProfileKeyResponse(
            key_version=done.version,
            sealed_count=done.done,
            remaining_count=done.left,
            next_page_token=page_token(done.version, filters) if done.left else "",
        )

    async def SetSegment(
        self, request: pb.SetSegmentRequest, context: Context
    ) -> pb.SetSegmentResponse:
        """See recommendation.proto."""
        return await self._segments.put(project_of(request.project_id), request.segment)

    async def ListSegments(
        self, request: pb.ListSegmentsRequest, context: Context
    ) -> pb.ListSegmentsResponse:
        """See recommendation.proto."""
        return await self._segments.all(project_of(request.project_id))

    async def DeleteSegment(
        self, request: pb.DeleteSegmentRequest, context: Context
    ) -> pb.DeleteSegmentResponse:
        """See recommendation.proto."""
        return await self._segments.remove(project_of(request.project_id), request.segment_id)

    async def CountSegmentUsers(
        self, request: pb.CountSegmentUsersRequest, context: Context
    ) -> pb.CountSegmentUsersResponse:
        """See recommendation.proto."""
        return await self._segments.count(project_of(request.project_id), request)

    async def ExportItems(
        self, request: pb.ExportItemsRequest, context: Context
    ) -> AsyncIterator[pb.ExportItemsResponse]:
        """See recommendation.proto."""
        project = project_of(request.project_id)
        async for message in self._exports.items(project, request.after_token):
            yield message

    async def ExportTraits(
        self, request: pb.ExportTraitsRequest, context: Context
    ) -> AsyncIterator[pb.ExportTraitsResponse]:
        """See recommendation.proto."""
        async for message in self._exports.traits(project_of(request.project_id)):
            yield message

    async def ExportUserEvents(
        self, request: pb.ExportUserEventsRequest, context: Context
    ) -> AsyncIterator[pb.ExportUserEventsResponse]:
        """See recommendation.proto."""
        project = project_of(request.project_id)
        async for message in self._exports.events(project, request.after_token):
            yield message

    def _messages(self, project: str, language: str) -> RecommendMessages:
        return RecommendMessages(self._app.taxonomies.shown(project), load_topics(), language)
