"""The limits of requests about ads, and what they ask for as values."""

from __future__ import annotations

import re
from typing import Final

from videre.common.values import NS, score_e4
from videre.exports.vmap import Creative
from videre.orchestrator.ads.model import (
    DEFAULT_GUARD_NS,
    DEFAULT_LEAST,
    DEFAULT_SPACING_NS,
    MINUTES_PER_SLOT,
    Rules,
)
from videre.orchestrator.api.request import duration_ns
from videre.orchestrator.api.validation import MAX_URI, REQUEST_ID, Violations
from videre.v1 import ad_pb2 as pb

_MOST: Final = 1_000
_DAY_S: Final = 86_400
_LONGEST_S: Final = 600
_MAX_TITLE: Final = 256
_MAX_SIDE: Final = 16_384
_TYPE: Final = re.compile(r"video/[a-z0-9.+-]{1,64}")
#: No blanks, quotes or brackets but those of VAST's macros: nothing that ends an element.
_URI: Final = re.compile(r"https?://[^\s<>\"'\\^`{|}\x00-\x1f\x7f]+")


def check_rules(found: Violations, request: pb.FindAdSlotsRequest, field: str = "") -> None:
    """Check what is asked of slots.

    Args:
        field: what stands before the fields' names in a violation.
    """
    found.named(f"{field}media_id", request.media_id)
    found.number(f"{field}max_mid_rolls", request.max_mid_rolls, 0, _MOST)
    if request.HasField("spacing"):
        found.number(f"{field}spacing", duration_ns(request.spacing) / NS, 1, _DAY_S)
    if request.HasField("guard"):
        found.number(f"{field}guard", duration_ns(request.guard) / NS, 0, _DAY_S)
    found.number(f"{field}min_score", request.min_score, 0, 1)


def rules_of(request: pb.FindAdSlotsRequest, duration: int) -> Rules:
    """Return what a checked request asks of the slots of a film of a length in nanoseconds."""
    most = duration // (MINUTES_PER_SLOT * 60 * NS)
    return Rules(
        pre=not request.no_pre_roll,
        post=not request.no_post_roll,
        most_mid=request.max_mid_rolls if request.HasField("max_mid_rolls") else most,
        spacing_ns=(
            duration_ns(request.spacing) if request.HasField("spacing") else DEFAULT_SPACING_NS
        ),
        least=score_e4(request.min_score) if request.HasField("min_score") else DEFAULT_LEAST,
        guard_ns=duration_ns(request.guard) if request.HasField("guard") else DEFAULT_GUARD_NS,
    )


def source_of(found: Violations, request: pb.ExportAdScheduleRequest) -> str | Creative:
    """Return what plays in the slots; what is wrong is collected."""
    kind = request.WhichOneof("source")
    if kind is None:
        found.add("ad_tag_uri", "nothing is to be played", "ad_tag_uri, creative", "none")
    if kind != "creative":
        if kind == "ad_tag_uri":
            _check_uri(found, "ad_tag_uri", request.ad_tag_uri)
        return request.ad_tag_uri
    given = request.creative
    check_creative(found, given)
    return Creative(
        given.creative_id, given.title, given.media_uri, given.media_type,
        duration_ns(given.duration), given.width, given.height, given.impression_uri,
        given.click_uri,
    )  # fmt: skip


def check_creative(found: Violations, given: pb.AdCreative, where: str = "") -> None:
    """Check a clip.

    Args:
        where: what stands before the field's name in a violation.
    """
    field = f"{where}creative"
    found.pattern(f"{field}.creative_id", given.creative_id, REQUEST_ID)
    size = len(given.title.encode())
    if not 1 <= size <= _MAX_TITLE or not given.title.isprintable():
        found.add(f"{field}.title", "is no title", f"1..{_MAX_TITLE} printable bytes", size)
    _check_uri(found, f"{field}.media_uri", given.media_uri)
    found.pattern(f"{field}.media_type", given.media_type, _TYPE)
    found.number(f"{field}.duration", duration_ns(given.duration) / NS, 1, _LONGEST_S)
    found.number(f"{field}.width", given.width, 1, _MAX_SIDE)
    found.number(f"{field}.height", given.height, 1, _MAX_SIDE)
    for name in ("impression_uri", "click_uri"):
        if uri := getattr(given, name):
            _check_uri(found, f"{field}.{name}", uri)


def _check_uri(found: Violations, field: str, uri: str) -> None:
    found.size(field, uri, MAX_URI)
    if not _URI.fullmatch(uri):
        found.add(field, "is no URI for players", "http://…, https://…", uri)
