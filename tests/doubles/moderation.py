"""Moderation of the double: an explanation, an audit and a report, as they were recorded."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from doubles.world import Service
from google.protobuf.json_format import ParseDict

from videre.common.values import canonical_json, sha256_hex
from videre.exports.verdict_report import fingerprint, public_pem, signed_report
from videre.v1 import moderation_pb2 as pb
from videre.v1 import moderation_pb2_grpc

_SPAN: Final = {
    "start_offset": "8s", "end_offset": "9.5s", "start_frame": 200, "end_frame": 238,
    "start_timecode": "00:00:08:00", "end_timecode": "00:00:09:13",
}  # fmt: skip
_SEEN: Final = {
    "ref": {
        "evidence_id": "aaaabbbbccccdddd/3", "modality": "image", "engine": "open-nsfw@0.1.0",
        "raw_confidence": 0.95, "span": _SPAN, "picture_digest": "1" * 64,
    },
    "feature": "nsfw", "class_name": "nsfw", "model_digests": ["e" * 64], "confidence": 0.89,
    "detection_threshold": 0.5, "blurred_picture_digest": "2" * 64, "taken_from": "c" * 64,
}  # fmt: skip
_READ: Final = {
    "ref": {
        "evidence_id": "0123456789abcdef/0", "modality": "text", "engine": "rapidocr@1",
        "raw_confidence": 0.9, "span": _SPAN,
    },
    "feature": "text", "text": "Heroin [cheap] " + "x" * 90,
}  # fmt: skip
_LOW: Final = {
    "ref": {"evidence_id": "f/1", "modality": "image", "engine": "yolox@1", "span": _SPAN},
    "feature": "classes", "class_name": "rifle", "confidence": 0.31, "detection_threshold": 0.5,
}  # fmt: skip
_WORD: Final = {
    "entry": "heroin", "list": "drugs-en@2", "text": "Heroin", "start": 0, "end": 6,
    "folds": ["case"], "weight": 90, "span": _SPAN,
}  # fmt: skip
_GROUPS: Final = [
    {
        "category": "porn", "medium": "image", "suggestion": "SUGGESTION_REVIEW",
        "outcome": "RULE_OUTCOME_HIT", "segment_count": 1,
        "rule": {
            "rule_id": "porn.image", "category": "porn", "medium": "image", "enabled": True,
            "review_threshold": 50, "block_threshold": 80, "block_needs_second_medium": True,
        },
        "labels": [
            {"coverage": {"label": "porn", "state": "COVERAGE_STATE_CHECKED"}, "highest": _SEEN},
            {"coverage": {"label": "vulgar", "state": "COVERAGE_STATE_NOT_CHECKED",
                          "reason": "NO_ENGINE"}},
        ],
        "segments": [{
            "block_withheld": True, "evidence": [_SEEN],
            "segment": {
                "span": _SPAN, "suggestion": "SUGGESTION_REVIEW", "confidence": 0.89,
                "label": "porn", "rule_id": "porn.image.review", "threshold": 0.5,
                "hash_hits": [{"library": "leaks@1", "entry_id": "e1", "exact": True}],
                "picture_digest": "1" * 64, "blurred_picture_digest": "2" * 64,
            },
        }],
    },
    {
        "category": "terrorism", "medium": "image", "suggestion": "SUGGESTION_PASS",
        "outcome": "RULE_OUTCOME_NOT_DETECTED",
        "labels": [
            {"coverage": {"label": "guns", "state": "COVERAGE_STATE_CHECKED"}, "highest": _LOW},
            {"coverage": {"label": "flag", "state": "COVERAGE_STATE_CHECKED"}},
        ],
    },
    {
        "category": "prohibited", "medium": "text", "suggestion": "SUGGESTION_BLOCK",
        "outcome": "RULE_OUTCOME_HIT", "segment_count": 1,
        "labels": [{"coverage": {"state": "COVERAGE_STATE_CHECKED"}}],
    },
    {
        "category": "prohibited", "medium": "speech", "suggestion": "SUGGESTION_REVIEW",
        "outcome": "RULE_OUTCOME_FAILED", "reason": "INCOMPLETE",
        "labels": [{"coverage": {"state": "COVERAGE_STATE_FAILED", "reason": "ENGINE_FAILED"}}],
    },
    {"category": "ad", "medium": "image", "outcome": "RULE_OUTCOME_OFF"},
]  # fmt: skip
_ALLOWED: Final = [
    {"library": "own@2", "entry_id": "e2", "frame": 200, "distance": 3, "max_distance": 6},
]
_SECOND: Final = {
    "groups": [{
        "category": "prohibited", "medium": "text",
        "segments": [{
            "evidence": [_READ, {"ref": {"evidence_id": "b/1", "engine": "x@1"}, "gone": True}],
            "segment": {
                "span": _SPAN, "suggestion": "SUGGESTION_BLOCK", "confidence": 0.9,
                "label": "drugs", "rule_id": "prohibited.text.block", "threshold": 0.6,
                "word_hits": [_WORD],
            },
        }],
    }],
}  # fmt: skip

_CHAIN: Final = {"state": "CHAIN_STATE_INTACT", "link_count": 3, "head_digest": "c" * 64}
_BROKEN: Final = {
    "state": "CHAIN_STATE_BROKEN", "link_count": 1, "head_digest": "c" * 64, "broken_number": 2,
    "breach": "CHAIN_BREACH_FACTS",
}  # fmt: skip
_AUDITED: Final = [
    {"media_id": "m1", "revision": 1, "template": "careful@2", "result": "REPLAY_RESULT_EQUAL",
     "link_state": "LINK_STATE_LINKED", "link_number": 1},
    {"media_id": "m2", "revision": 1, "result": "REPLAY_RESULT_CANNOT_REPLAY",
     "reason": "TEMPLATE_NOT_FOUND", "message": "It is gone.", "link_state":
     "LINK_STATE_NOT_LINKED"},
    {"media_id": "m3", "revision": 2, "result": "REPLAY_RESULT_DIFFERENT", "link_number": 3,
     "differs": ["porn.image"], "link_state": "LINK_STATE_DIFFERENT",
     "link_differs": ["verdict_digest"]},
]  # fmt: skip

#: The media that the report is about, the key that signs it, and the report.
MEDIA: Final = b"the recorded film"
KEY: Final = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
REPORT: Final = signed_report(
    {
        "judged": {
            "media": {"id": "m1", "digest": hashlib.sha256(MEDIA).hexdigest()},
            "verdict_digest": sha256_hex(canonical_json({"suggestion": "review"})),
            "template_digest": sha256_hex(canonical_json({"name": "careful@3"})),
        },
        "template": {"name": "careful@3"}, "verdict": {"suggestion": "review"},
        "explanation": {}, "link": {},
    }, "2026-01-15T09:30:00.000000000Z", KEY,
)  # fmt: skip


class ModerationApi(Service, moderation_pb2_grpc.ModerationServiceServicer):
    """Explains every verdict in the same way."""

    def ExplainVerdict(self, request: Any, context: Any) -> Any:
        def work() -> pb.ExplainVerdictResponse:
            answer = ParseDict(_SECOND, pb.ExplainVerdictResponse())
            if not request.page_token:
                first = {"groups": _GROUPS, "suggestion": "SUGGESTION_BLOCK", "allowed": _ALLOWED}
                answer = ParseDict(first, pb.ExplainVerdictResponse(next_page_token="2"))
            answer.judged.media_id, answer.judged.revision = "m1", 2
            answer.judged.template, answer.judged.media_digest = "careful@2", "a" * 64
            return answer

        return self.answer(context, request, work, "ExplainVerdict")

    def AuditVerdicts(self, request: Any, context: Any) -> Any:
        def work() -> pb.AuditVerdictsResponse:
            answer = pb.AuditVerdictsResponse()
            if request.page_token:
                return ParseDict({"revisions": _AUDITED[2:]}, answer)
            if "broken" in request.media_ids:
                return ParseDict({"chain": _BROKEN}, answer)
            if request.chain_only:
                return ParseDict({"chain": _CHAIN}, answer)
            first = {"chain": _CHAIN, "revisions": _AUDITED[:2], "next_page_token": "2"}
            return ParseDict(first, answer)

        return self.answer(context, request, work, "AuditVerdicts")

    def ExportVerdictReport(self, request: Any, context: Any) -> Any:
        answer = pb.ExportVerdictReportResponse(
            data=REPORT, total_size=len(REPORT), media_type="application/json",
            file_name="verdict-m1-1.json", sha256=hashlib.sha256(REPORT).hexdigest(),
        )  # fmt: skip
        yield self.answer(context, request, lambda: answer, "ExportVerdictReport")

    def GetReportKey(self, request: Any, context: Any) -> Any:
        key = KEY.public_key()
        answer = pb.GetReportKeyResponse(public_key=public_pem(key), fingerprint=fingerprint(key))
        return self.answer(context, request, lambda: answer, "GetReportKey")
