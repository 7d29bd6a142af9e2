"""Limits of the call about marketing copy."""

from __future__ import annotations

from typing import Any

from limits.rows import REQUEST_ID, Row

_CALL = "WriteMarketingCopy"
_ENGINES = "MARKETING_ENGINE_UNSPECIFIED, MARKETING_ENGINE_TEMPLATES, MARKETING_ENGINE_CHAT"


def _row(field: str, given: dict[str, Any], limit: str, actual: str) -> Row:
    return Row(_CALL, field, {"media_id": "m"} | given, limit, actual)


MARKETING_ROWS = [
    Row(_CALL, "media_id", {}, "an id", ""),
    _row("language_codes[1]", {"language_codes": ["zh", "de"]}, "en, zh", "de"),
    _row("language_codes[1]", {"language_codes": ["zh", "zh"]}, "each once", "zh"),
    _row("segment_ids", {"segment_ids": [f"s{n}" for n in range(9)]}, "8", "9"),
    _row("segment_ids[0]", {"segment_ids": ["a b"]}, REQUEST_ID, "a b"),
    _row("segment_ids[1]", {"segment_ids": ["a", "a"]}, "each once", "a"),
    _row("length", {"length": {"seconds": 4}}, "5..120", "4.0"),
    _row("length", {"length": {"seconds": 121}}, "5..120", "121.0"),
    _row("engine", {"engine": 9}, _ENGINES, "9"),
    _row("engine", {"engine": 2}, "VIDERE_CHAT_URL", "none"),
]
