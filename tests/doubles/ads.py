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

_FIGURES = {
    "requests": 20,
    "impressions": 10,
    "clicks": 3,
    "conversions": 1,
    "fill_rate": 0.5,
    "click_rate": 0.3,
    "conversion_rate": 0.333,
}
_LIBRARY = {"ads": [{
    "ad": {"creative": {"creative_id": "car", "title": "A [car]"}, "categories": ["IAB2"],
           "subjects": [{"kind": "TRAIT_KIND_TAG", "value": "vehicle.car", "weight": 1}],
           "paused": True},
    "figures": _FIGURES, "spent_micros": 1_250_000,
}]}  # fmt: skip
_MATCHED = {
    "categories": ["IAB2", "IAB17"],
    "slots": [{
        "slot": {"roll": "AD_ROLL_PRE", "offset": "0s", "score": 1},
        "ads": [{
            "ad_id": "car", "score": 0.8, "context": 0.55, "audience": 0.5,
            "context_reasons": [{"kind": "TRAIT_KIND_TAG", "value": "vehicle.car", "name": "Car",
                                 "share": 0.75}],
            "audience_reasons": [{"kind": "TRAIT_KIND_KEYWORD", "value": "[race]",
                                  "name": "[race]", "share": 1}],
        }],
    }, {"slot": {"roll": "AD_ROLL_POST", "offset": "100s", "score": 1}}],
    "refusals": [{"ad_id": "toy", "reason": "AD_REFUSAL_REASON_CATEGORY", "value": "IAB17"}],
}  # fmt: skip
_REPORT = {
    "total": _FIGURES,
    "rows": [{"ad_id": "car", "media_id": "m1", "roll": "AD_ROLL_MID", "figures": _FIGURES},
             {"media_id": "m1", "roll": "AD_ROLL_PRE", "figures": {"requests": 4}}],
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

    def SetAd(self, request: Any, context: Any) -> Any:
        answer = pb.SetAdResponse(ad=request.ad)
        return self.answer(context, request, lambda: answer, "SetAd")

    def ListAds(self, request: Any, context: Any) -> Any:
        answer = ParseDict(_LIBRARY, pb.ListAdsResponse())
        return self.answer(context, request, lambda: answer, "ListAds")

    def DeleteAd(self, request: Any, context: Any) -> Any:
        return self.answer(context, request, pb.DeleteAdResponse, "DeleteAd")

    def MatchAds(self, request: Any, context: Any) -> Any:
        answer = ParseDict(_MATCHED, pb.MatchAdsResponse())
        return self.answer(context, request, lambda: answer, "MatchAds")

    def RecordAdEvents(self, request: Any, context: Any) -> Any:
        answer = pb.RecordAdEventsResponse(recorded_count=len(request.events), repeated_count=2)
        return self.answer(context, request, lambda: answer, "RecordAdEvents")

    def GetAdReport(self, request: Any, context: Any) -> Any:
        answer = ParseDict(_REPORT, pb.GetAdReportResponse())
        return self.answer(context, request, lambda: answer, "GetAdReport")
