"""Search of the double: one answer, as it was recorded."""

from __future__ import annotations

from typing import Any

from doubles.recorded import MEDIA_ID
from doubles.world import Service
from google.protobuf.json_format import ParseDict

from videre.v1 import search_pb2 as pb
from videre.v1 import search_pb2_grpc

_FOUND = {
    "media": [{
        "media_id": MEDIA_ID, "title": "A [film]", "revision": 2, "score": 3.5, "moment_count": 4,
        "suggestion": "SUGGESTION_REVIEW",
        "moments": [{
            "span": {"start_offset": "8s", "end_offset": "9.5s"}, "shot_index": 3, "score": 3.5,
            "picture_digest": "1" * 64,
            "reasons": [
                {"field": "SEARCH_FIELD_SAID", "text": "the red [car] stops", "confidence": 0.9,
                 "highlights": [{"start": 4, "end": 7}, {"start": 8, "end": 13}],
                 "evidence_ids": ["aaaabbbbccccdddd/3"]},
                {"field": "SEARCH_FIELD_TAG", "text": "Car", "value": "vehicle.car",
                 "confidence": 0.8},
            ],
        }, {
            "span": {"start_offset": "0s", "end_offset": "60s"}, "whole": True, "score": 1.25,
            "reasons": [{"field": "SEARCH_FIELD_TITLE", "text": "A [film]", "confidence": 1}],
        }],
    }, {
        "media_id": "t1", "score": 1, "moment_count": 1,
        "moments": [{
            "span": {"start_offset": "0s", "end_offset": "0s", "start_char": 10, "end_char": 90},
            "score": 1,
        }],
    }],
    "media_count": 12, "moment_count": 40, "next_page_token": "2", "index_version": 1,
    "facets": [{"field": "SEARCH_FIELD_TAG", "values": [
        {"value": "vehicle.car", "name": "Car", "moment_count": 30, "media_count": 9},
    ]}],
}  # fmt: skip


_SAME = {
    "media": [{
        "media_id": "m2", "title": "The [copy]", "share": 0.75, "frame_count": 12,
        "span": {"start_offset": "8s", "end_offset": "20s"}, "same_bytes": True,
        "duplicate_span": {"start_offset": "0s", "end_offset": "12s"},
        "sound": {
            "share": 0.5, "hash_count": 44,
            "span": {"start_offset": "7s", "end_offset": "21s"},
            "duplicate_span": {"start_offset": "1s", "end_offset": "15s"},
        },
    }],
}  # fmt: skip


class SearchApi(Service, search_pb2_grpc.SearchServiceServicer):
    """What was recorded, whatever is asked."""

    def SearchMoments(self, request: Any, context: Any) -> Any:
        answer = ParseDict(_FOUND, pb.SearchMomentsResponse())
        return self.answer(context, request, lambda: answer, "SearchMoments")

    def FindSimilarMoments(self, request: Any, context: Any) -> Any:
        answer = pb.FindSimilarMomentsResponse(engine="mobilenet-v2@1", index_version=1)
        ParseDict({"media": _FOUND["media"]}, answer)
        return self.answer(context, request, lambda: answer, "FindSimilarMoments")

    def FindDuplicateMedia(self, request: Any, context: Any) -> Any:
        answer = ParseDict(_SAME, pb.FindDuplicateMediaResponse())
        return self.answer(context, request, lambda: answer, "FindDuplicateMedia")

    def RebuildSearchIndex(self, request: Any, context: Any) -> Any:
        more = "" if request.page_token else "2"
        answer = pb.RebuildSearchIndexResponse(
            media_count=3, moment_count=70, waiting_count=5 if more else 0, next_page_token=more,
            index_version=1,
        )  # fmt: skip
        return self.answer(context, request, lambda: answer, "RebuildSearchIndex")
