"""Recommendations of the double: answers as they were recorded."""

from __future__ import annotations

from typing import Any

from doubles.world import Service
from google.protobuf.json_format import ParseDict

from videre.v1 import recommendation_pb2 as pb
from videre.v1 import recommendation_pb2_grpc

_FOUND = {
    "items": [{
        "media_id": "m1", "title": "A [film]", "score": 0.7321, "affinity": 0.81,
        "popularity": 0.25, "freshness": 0.5,
        "reasons": [
            {"kind": "TRAIT_KIND_TAG", "value": "animal.dog", "name": "Dog", "share": 0.6,
             "stated": True, "spans": [{"start_offset": "8s", "end_offset": "9.5s"}]},
            {"kind": "TRAIT_KIND_KEYWORD", "value": "[walk]", "name": "[walk]", "share": 0.4},
        ],
        "because": [{"media_id": "m9", "likeness": 0.42}], "collaborative": 0.66,
        "also_liked": [{"media_id": "m8", "user_count": 12}],
    }, {"media_id": "m2", "score": 0.1, "freshness": 0.5, "drawn": True}],
    "candidate_count": 12, "taste_weight": 0.5, "model_version": 2,
}  # fmt: skip
_PROFILE = {
    "stated_interests": [
        {"kind": "TRAIT_KIND_TOPIC", "value": "music", "name": "Music", "weight": -0.5,
         "stated": True},
    ],
    "language_codes": ["en", "zh"], "shown_ads": [{"ad_id": "car"}],
    "segment_ids": ["dog-people"],
    "interests": [
        {"kind": "TRAIT_KIND_TAG", "value": "animal.dog", "name": "Dog", "weight": 1},
    ],
    "events": [
        {"media_id": "m9", "act": "USER_ACT_WATCH", "watched": "12.5s",
         "event_time": "2026-01-02T03:04:05Z"},
        {"media_id": "m8", "act": "USER_ACT_LIKE", "event_time": "2026-01-01T03:04:05Z"},
    ],
}  # fmt: skip

_SEGMENT = {
    "segment_id": "dog-people", "name": "[Dogs]",
    "all_of": [
        {"interest": {"kind": "TRAIT_KIND_TAG", "value": "animal.dog", "weight": 0.5}},
        {"activity": {"days": 30, "min_count": 2}},
    ],
    "none_of": [{"activity": {"act": "USER_ACT_SKIP", "days": 7, "min_count": 1}},
                {"language_code": "zh"}],
}  # fmt: skip

_ITEMS = [
    {
        "items": [{
            "media_id": "m1", "number": 3, "create_time": "2026-01-02T03:04:05.000000006Z",
            "duration": "12.5s", "language_code": "en", "look_engine": "eye@1", "look": [0.6, 0.8],
            "traits": [{"kind": "TRAIT_KIND_TAG", "value": "animal.dog", "weight": 0.5}],
        }],
        "next_token": "one",
    },
    {"items": [{"media_id": "m2", "number": 4, "deleted": True}], "next_token": "two"},
]  # fmt: skip
_TRAITS = [
    {"traits": [{"kind": "TRAIT_KIND_TOPIC", "value": "狗", "media_count": 2, "rarity": 0.7}]},
]
_EVENTS = [
    {
        "events": [{
            "user": "c0ffee", "number": 7, "event_key": "e1", "media_id": "m1",
            "act": "USER_ACT_WATCH", "event_time": "2026-01-02T03:04:05Z", "watched": "1.5s",
        }],
        "next_token": "one",
    },
    {"events": [{"user": "facade", "number": 8, "erased": True}], "next_token": "two"},
]  # fmt: skip


class RecommendationApi(Service, recommendation_pb2_grpc.RecommendationServiceServicer):
    """What was recorded, whatever is asked."""

    def RecordEvents(self, request: Any, context: Any) -> Any:
        answer = pb.RecordEventsResponse(
            recorded_count=len(request.events) - 1, repeated_count=1, unknown_media_ids=["gone"]
        )
        return self.answer(context, request, lambda: answer, "RecordEvents")

    def Recommend(self, request: Any, context: Any) -> Any:
        answer = ParseDict(_FOUND, pb.RecommendResponse())
        return self.answer(context, request, lambda: answer, "Recommend")

    def SetUserInterests(self, request: Any, context: Any) -> Any:
        answer = pb.SetUserInterestsResponse(profile=_profile(request.user_id))
        return self.answer(context, request, lambda: answer, "SetUserInterests")

    def GetUserProfile(self, request: Any, context: Any) -> Any:
        answer = pb.GetUserProfileResponse(profile=_profile(request.user_id))
        return self.answer(context, request, lambda: answer, "GetUserProfile")

    def DeleteUser(self, request: Any, context: Any) -> Any:
        answer = pb.DeleteUserResponse(erased=request.user_id == "ada")
        return self.answer(context, request, lambda: answer, "DeleteUser")

    def RotateProfileKey(self, request: Any, context: Any) -> Any:
        more = "" if request.page_token else "2"
        answer = pb.RotateProfileKeyResponse(
            key_version=2, sealed_count=200 if more else 5, remaining_count=5 if more else 0,
            next_page_token=more,
        )  # fmt: skip
        return self.answer(context, request, lambda: answer, "RotateProfileKey")

    def SetSegment(self, request: Any, context: Any) -> Any:
        answer = pb.SetSegmentResponse(segment=request.segment)
        return self.answer(context, request, lambda: answer, "SetSegment")

    def ListSegments(self, request: Any, context: Any) -> Any:
        answer = ParseDict({"segments": [_SEGMENT]}, pb.ListSegmentsResponse())
        return self.answer(context, request, lambda: answer, "ListSegments")

    def DeleteSegment(self, request: Any, context: Any) -> Any:
        return self.answer(context, request, pb.DeleteSegmentResponse, "DeleteSegment")

    def CountSegmentUsers(self, request: Any, context: Any) -> Any:
        answer = pb.CountSegmentUsersResponse(user_count=3, known_count=500)
        answer.next_page_token = "" if request.page_token else "2"
        return self.answer(context, request, lambda: answer, "CountSegmentUsers")

    def ExportItems(self, request: Any, context: Any) -> Any:
        return self._stream(request, context, pb.ExportItemsResponse, _ITEMS, "ExportItems")

    def ExportTraits(self, request: Any, context: Any) -> Any:
        return self._stream(request, context, pb.ExportTraitsResponse, _TRAITS, "ExportTraits")

    def ExportUserEvents(self, request: Any, context: Any) -> Any:
        kind = pb.ExportUserEventsResponse
        return self._stream(request, context, kind, _EVENTS, "ExportUserEvents")

    def _stream(self, request: Any, context: Any, kind: Any, all_: Any, method: str) -> Any:
        """Yield messages after the one whose token is given; faults stand before each."""
        after = getattr(request, "after_token", "")
        tokens = [one.get("next_token", "") for one in all_]
        rest = all_[tokens.index(after) + 1 if after else 0 :]
        for one in rest or [{"next_token": after}]:
            yield self.answer(context, request, lambda one=one: ParseDict(one, kind()), method)


def _profile(user_id: str) -> pb.UserProfile:
    return ParseDict(_PROFILE | {"user_id": user_id}, pb.UserProfile())
