"""The limits of requests for marketing copy, and what they ask for as values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from videre.common.values import NS
from videre.orchestrator.api.request import duration_ns
from videre.orchestrator.api.validation import REQUEST_ID, Violations
from videre.orchestrator.marketing.copy import LONGEST_MS, SHORTEST_MS
from videre.orchestrator.marketing.model import LANGUAGES
from videre.v1 import marketing_pb2 as pb

_MAX_SEGMENTS: Final = 8
_MS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What copy is asked for.

    Args:
        languages: of `LANGUAGES`.
        segments: ids; "" = everybody.
        length_ms: of the script; None = the usual one.
        chat: whether the chat endpoint is to write it.
    """

    languages: tuple[str, ...]
    segments: tuple[str, ...]
    length_ms: int | None
    chat: bool


def wanted_of(request: pb.WriteMarketingCopyRequest, *, has_chat: bool) -> Wanted:
    """Return what a request asks for.

    Args:
        has_chat: the installation has a chat endpoint.

    Raises:
        VidereError: FIELD_INVALID.
    """
    found = Violations()
    found.named("media_id", request.media_id)
    limit = ", ".join(LANGUAGES)
    for index, language in enumerate(request.language_codes):
        if language not in LANGUAGES:
            found.add(f"language_codes[{index}]", f"must be one of {limit}", limit, language)
    _check_unique(found, "language_codes", request.language_codes)
    found.count("segment_ids", len(request.segment_ids), _MAX_SEGMENTS)
    for index, segment in enumerate(request.segment_ids):
        found.pattern(f"segment_ids[{index}]", segment, REQUEST_ID)
    _check_unique(found, "segment_ids", request.segment_ids)
    if request.HasField("length"):
        seconds = duration_ns(request.length) / NS
        found.number("length", seconds, SHORTEST_MS // 1_000, LONGEST_MS // 1_000)
    if request.engine not in pb.MarketingEngine.values():
        found.add("engine", "is no engine", ", ".join(pb.MarketingEngine.keys()), request.engine)
    elif request.engine == pb.MARKETING_ENGINE_CHAT and not has_chat:
        found.add("engine", "the installation has no chat endpoint", "VIDERE_CHAT_URL", "none")
    found.raise_if_any()
    return Wanted(
        languages=tuple(request.language_codes) or LANGUAGES[:1],
        segments=tuple(request.segment_ids) or ("",),
        length_ms=duration_ns(request.length) // _MS if request.HasField("length") else None,
        chat=has_chat and request.engine != pb.MARKETING_ENGINE_TEMPLATES,
    )


def _check_unique(found: Violations, field: str, values: Iterable[str]) -> None:
    given = list(values)
    for index, value in enumerate(given):
        if value in given[:index]:
            found.add(f"{field}[{index}]", "stands twice", "each once", value)
