"""The limits of ads and of what came of them, and both as values."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp

from videre.common.values import NS, SCORE_ONE
from videre.orchestrator.ads.categories import CATEGORIES, OF_ADS
from videre.orchestrator.ads.matching import AdRules
from videre.orchestrator.api.ads.checks import check_creative
from videre.orchestrator.api.recommend.checks import MAX_ID, MAX_USER, event_time, interests_of
from videre.orchestrator.api.request import duration_ns
from videre.orchestrator.api.times import instant
from videre.orchestrator.api.validation import LANGUAGE, REQUEST_ID, Violations
from videre.orchestrator.recommend.model import Trait
from videre.orchestrator.recommend.traits import primary
from videre.orchestrator.store.ads import AdDone
from videre.v1 import ad_pb2 as pb

_HOUR_S: Final = 3_600
_DAY_S: Final = 24 * _HOUR_S
_MAX_EVENTS: Final = 1_000
_MAX_LIST: Final = 100
_MAX_LANGUAGES: Final = 10
_MAX_VALUE: Final = 200
_MAX_COUNT: Final = 10**12
_MAX_MICROS: Final = 10**15
_MAX_CAP: Final = 100
_MAX_SEGMENTS: Final = 20
_MAX_CAP_DAYS: Final = 30
#: Events may come so much later than they happened.
_LATE_NS: Final = 30 * _DAY_S * NS
_ROLLS: Final = {pb.AD_ROLL_PRE: "pre", pb.AD_ROLL_MID: "mid", pb.AD_ROLL_POST: "post"}
_ACTS: Final = {
    pb.AD_ACT_REQUEST: "requests", pb.AD_ACT_IMPRESSION: "impressions",
    pb.AD_ACT_CLICK: "clicks", pb.AD_ACT_CONVERSION: "conversions",
}  # fmt: skip


def check_ad(found: Violations, ad: pb.Ad) -> None:
    """Check an ad; what is wrong is collected."""
    check_creative(found, ad.creative, "ad.")
    interests_of(found, ad.subjects, "ad.subjects")
    for index, one in enumerate(ad.subjects):
        if -1 <= one.weight < 0:
            found.add(f"ad.subjects[{index}].weight", "is not above 0", "above 0..1", one.weight)
    _check_categories(found, "ad.categories", ad.categories, OF_ADS)
    _check_categories(found, "ad.blocked_categories", ad.blocked_categories, tuple(CATEGORIES))
    found.count("ad.forbidden_contexts", len(ad.forbidden_contexts), _MAX_LIST)
    kinds = {int(kind) for kind in Trait}
    for index, context in enumerate(ad.forbidden_contexts):
        field = f"ad.forbidden_contexts[{index}]"
        if context.kind not in kinds:
            limit = ", ".join(f"TRAIT_KIND_{kind.name}" for kind in Trait)
            found.add(f"{field}.kind", "is no kind", limit, context.kind)
        size = len(context.value.encode())
        if not 1 <= size <= _MAX_VALUE:
            found.add(f"{field}.value", f"has {size} bytes", f"1..{_MAX_VALUE} bytes", size)
    found.count("ad.language_codes", len(ad.language_codes), _MAX_LANGUAGES)
    for index, tag in enumerate(ad.language_codes):
        found.pattern(f"ad.language_codes[{index}]", tag, LANGUAGE)
    found.count("ad.segment_ids", len(ad.segment_ids), _MAX_SEGMENTS)
    for index, segment_id in enumerate(ad.segment_ids):
        found.pattern(f"ad.segment_ids[{index}]", segment_id, REQUEST_ID)
    before = len(found.found)
    start, end = instant(found, ad, "start_time", "ad."), instant(found, ad, "end_time", "ad.")
    if start is not None and end is not None and end <= start and len(found.found) == before:
        found.add("ad.end_time", "is not after start_time", "> start_time", f"{end // NS} s")
    found.number("ad.max_impressions", ad.max_impressions, 0, _MAX_COUNT)
    found.number("ad.budget_micros", ad.budget_micros, 0, _MAX_MICROS)
    for name in ("cost_per_thousand_micros", "cost_per_click_micros"):
        found.number(f"ad.{name}", getattr(ad, name), 0, _MAX_COUNT)
    found.number("ad.user_cap", ad.user_cap, 0, _MAX_CAP)
    if ad.HasField("cap_window"):
        hours = duration_ns(ad.cap_window) / NS / _HOUR_S
        found.number("ad.cap_window", hours, 1, _MAX_CAP_DAYS * 24)


def _check_categories(
    found: Violations, field: str, given: Sequence[str], known: Collection[str]
) -> None:
    for index, one in enumerate(given[: len(CATEGORIES) + 1]):
        if one not in known:
            limit = f"{next(iter(known))}..{[*known][-1]}"
            found.add(f"{field}[{index}]", "is no category", limit, one)
        elif one in given[:index]:
            found.add(f"{field}[{index}]", "stands twice", "each once", one)


def rules_of_ad(ad: pb.Ad) -> AdRules:
    """Return what matching is to know of a stored ad."""
    window = duration_ns(ad.cap_window) if ad.HasField("cap_window") else _DAY_S * NS
    return AdRules(
        id=ad.creative.creative_id,
        subjects=tuple(
            (Trait(one.kind), one.value, round(one.weight * SCORE_ONE)) for one in ad.subjects
        ),
        categories=tuple(ad.categories),
        blocked=tuple(ad.blocked_categories),
        forbidden=tuple((Trait(one.kind), one.value) for one in ad.forbidden_contexts),
        languages=tuple(map(primary, ad.language_codes)),
        start_ns=_instant(ad.start_time) if ad.HasField("start_time") else None,
        end_ns=_instant(ad.end_time) if ad.HasField("end_time") else None,
        max_impressions=ad.max_impressions,
        budget_micros=ad.budget_micros,
        per_thousand_micros=ad.cost_per_thousand_micros,
        per_click_micros=ad.cost_per_click_micros,
        cap=ad.user_cap,
        cap_window_ns=window,
        paused=ad.paused,
        segments=tuple(ad.segment_ids),
    )


def _instant(time: Timestamp) -> int:
    return time.seconds * NS + time.nanos


def done_of(request: pb.RecordAdEventsRequest, now_ns: int) -> list[AdDone]:
    """Return the events of a request.

    Raises:
        VidereError: FIELD_INVALID.
    """
    found = Violations()
    size = len(request.events)
    if not 1 <= size <= _MAX_EVENTS:
        found.add("events", f"has {size} entries", f"1..{_MAX_EVENTS}", size)
    events = [
        _done(found, f"events[{index}].", given, now_ns)
        for index, given in enumerate(request.events[:_MAX_EVENTS])
    ]
    found.raise_if_any()
    return events


def _done(found: Violations, where: str, given: pb.AdEvent, now_ns: int) -> AdDone:
    found.pattern(f"{where}event_id", given.event_id, REQUEST_ID)
    if given.act not in _ACTS:
        found.add(f"{where}act", "is nothing that comes of ads", _names(pb.AdAct), given.act)
    if given.act != pb.AD_ACT_REQUEST:
        found.pattern(f"{where}ad_id", given.ad_id, REQUEST_ID)
    elif given.ad_id:
        found.add(f"{where}ad_id", "is of no ad", "empty", given.ad_id)
    size = len(given.media_id.encode())
    if not 1 <= size <= MAX_ID or "\0" in given.media_id:
        found.add(f"{where}media_id", "is no id", f"1..{MAX_ID} bytes", given.media_id)
    if given.roll not in _ROLLS:
        found.add(f"{where}roll", "is no place of a slot", _names(pb.AdRoll), given.roll)
    found.size(f"{where}user_id", given.user_id, MAX_USER)
    time_ns = event_time(found, where, given, now_ns)
    if time_ns < now_ns - _LATE_NS and given.event_time.seconds > 0:
        late = f"{(now_ns - time_ns) // NS} s before now"
        found.add(f"{where}event_time", "is too long ago", "30 days before now", late)
    return AdDone(
        given.event_id, _ACTS.get(given.act, ""), given.ad_id, given.media_id,
        _ROLLS.get(given.roll, ""), given.user_id, time_ns,
    )  # fmt: skip


def _names(kind: object) -> str:
    names: list[str] = kind.keys()  # type: ignore[attr-defined]
    return ", ".join(names[1:])
