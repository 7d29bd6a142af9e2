"""Ads of the double: slots and a document, as they were recorded."""

from __future__ import annotations

from typing import Any

from doubles.world import Service
from google.protobuf.json_format import ParseDict

from videre.v1 import ad_pb2 as pb
from videre.v1 import ad_pb2_grpc

_FOUND = {
    "duration": "100s", "revision": 2, "suggestion": "SUGGESTION_PASS", "break_count": 9,
    "slots": [
        {"roll": "AD_ROLL_PRE", "offset": "0s", "score": 1},
        {
            "roll": "AD_ROLL_MID", "offset": "50s", "score": 0.81, "shot_index": 7,
            "border": "BREAK_BORDER_SCENE",
            "reasons": [
                {"signal": "BREAK_SIGNAL_BOUNDARY", "value": 0.8, "weight": 0.35},
                {"signal": "BREAK_SIGNAL_SILENCE", "value": 0.5, "weight": 0.2},
            ],
        },
        {"roll": "AD_ROLL_POST", "offset": "100s", "score": 1},
    ],
}  # fmt: skip


class AdApi(Service, ad_pb2_grpc.AdServiceServicer):
    """What was recorded, whatever is asked."""

    def FindAdSlots(self, request: Any, context: Any) -> Any:
        answer = ParseDict(_FOUND, pb.FindAdSlotsResponse())
        return self.answer(context, request, lambda: answer, "FindAdSlots")

    def ExportAdSchedule(self, request: Any, context: Any) -> Any:
        answer = pb.ExportAdScheduleResponse(data=b"<vmap/>", file_name="m1.vmap.xml")
        ParseDict({"slots": _FOUND["slots"]}, answer)
        return self.answer(context, request, lambda: answer, "ExportAdSchedule")
