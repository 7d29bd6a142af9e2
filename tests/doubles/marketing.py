"""Marketing copy of the double, as it was recorded."""

from __future__ import annotations

from typing import Any

from doubles.world import Service
from google.protobuf.json_format import ParseDict

from videre.v1 import marketing_pb2 as pb
from videre.v1 import marketing_pb2_grpc

_SPAN = {"start_offset": "2s", "end_offset": "6s"}
_CLAIM = {"text": "Dogs [and] more", "evidence_ids": ["aa/1", "aa/2"], "engine": "templates@1"}
_COPY = {
    "language_code": "en", "engine": "chat/m", "fallback_reason": "no answer", "dropped_count": 3,
    "titles": [_CLAIM], "hook": {"text": "See dogs.", "evidence_ids": ["aa/1"]},
    "highlights": [{"claim": _CLAIM, "name": "Dog", "span": _SPAN}],
    "script": [{
        "clip": _SPAN, "shot_index": 4, "offset": "0s", "shows": ["Dog"],
        "voice_over": {"text": "Look: dog.", "evidence_ids": ["aa/3"]},
    }],
    "hashtags": [{"text": "#Dog", "evidence_ids": ["aa/1"]}], "length": "4s",
    "voices": [{"name": "voice-1", "synthesize_speech": {"text": "Look: dog."}}],
    "timeline": "{}",
}  # fmt: skip


class MarketingApi(Service, marketing_pb2_grpc.MarketingServiceServicer):
    """What was recorded, whatever is asked; a media "still" has no script."""

    def WriteMarketingCopy(self, request: Any, context: Any) -> Any:
        answer = pb.WriteMarketingCopyResponse(revision=2, suggestion="SUGGESTION_PASS")
        copy = ParseDict(_COPY, answer.copies.add())
        if request.media_id == "still":
            for field in ("script", "voices", "timeline"):
                copy.ClearField(field)
        return self.answer(context, request, lambda: answer, "WriteMarketingCopy")
