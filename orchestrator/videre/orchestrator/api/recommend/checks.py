"""The limits of requests for recommendations, and what they ask for as values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from videre.common.values import NS, SCORE_ONE
from videre.orchestrator.api.request import duration_ns
from videre.orchestrator.api.times import instant
from videre.orchestrator.api.validation import LANGUAGE, REQUEST_ID, Violations
from videre.orchestrator.recommend.model import Act, Event, Trait, Weighted
from videre.orchestrator.recommend.profiles import event_id
from videre.orchestrator.recommend.ranking import Wish
from videre.orchestrator.recommend.traits import folded, primary
from videre.v1 import ad_pb2
from videre.v1 import recommendation_pb2 as pb

_MAX_EVENTS: Final = 1_000
MAX_USER: Final = 128
_MAX_MEDIA: Final = 1_000
_MAX_ITEMS: Final = 100
_MAX_INTERESTS: Final = 100
_MAX_LANGUAGES: Final = 10
_MAX_VALUE: Final = 200
MAX_ID: Final = 64
_DAY_S: Final = 86_400
#: Clocks of callers may be ahead by so much.
_AHEAD_NS: Final = 300 * NS
_MS: Final = 1_000_000
_DIVERSITY: Final = 0.3


def events_of(request: pb.RecordEventsRequest, now_ns: int) -> dict[str, list[Event]]:
    """Return the events of a request by user.

    Raises:
        VidereError: FIELD_INVALID.
    """
    found = Violations()
    size = len(request.events)
    if not 1 <= size <= _MAX_EVENTS:
        found.add("events", f"has {size} entries", f"1..{_MAX_EVENTS}", size)
    events: dict[str, list[Event]] = defaultdict(list)
    for index, given in enumerate(request.events[:_MAX_EVENTS]):
        event = _event(found, f"events[{index}].", given, now_ns)
        if event is not None:
            events[given.user_id].append(event)
    found.raise_if_any()
    return events


def _event(found: Violations, where: str, given: pb.UserEvent, now_ns: int) -> Event | None:
    check_user(found, given.user_id, where)
    size = len(given.media_id.encode())
    if not 1 <= size <= MAX_ID or "\0" in given.media_id:
        found.add(f"{where}media_id", "is no id", f"1..{MAX_ID} bytes", given.media_id)
    time_ns = event_time(found, where, given, now_ns)
    watched = duration_ns(given.watched)
    found.number(f"{where}watched", watched / NS, 0, _DAY_S)
    if given.HasField("watched") and given.act != pb.USER_ACT_WATCH:
        found.add(f"{where}watched", "is of WATCH only", "USER_ACT_WATCH", given.act)
    if given.event_id:
        found.pattern(f"{where}event_id", given.event_id, REQUEST_ID)
    if given.act not in {int(act) for act in Act}:
        limit = ", ".join(f"USER_ACT_{act.name}" for act in Act)
        found.add(f"{where}act", "is nothing that users do", limit, given.act)
        return None
    act = Act(given.act)
    name = event_id(given.event_id, given.media_id, act, time_ns)
    return Event(given.media_id, act, time_ns, watched // _MS, name)


def event_time(
    found: Violations, where: str, given: pb.UserEvent | ad_pb2.AdEvent, now_ns: int
) -> int:
    """Return when something happened: now where that is not said."""
    before = len(found.found)
    time_ns = instant(found, given, "event_time", where)
    if time_ns is None:
        return now_ns
    if time_ns > now_ns + _AHEAD_NS and len(found.found) == before:
        ahead = f"{(time_ns - now_ns) // NS} s after now"
        found.add(f"{where}event_time", "is in the future", "300 s after now", ahead)
    return time_ns


def check_user(found: Violations, user_id: str, where: str = "") -> None:
    """Check the name of a user."""
    size = len(user_id.encode())
    if not 1 <= size <= MAX_USER:
        found.add(f"{where}user_id", f"has {size} bytes", f"1..{MAX_USER} bytes", size)


def wish_of(request: pb.RecommendRequest, now_ns: int) -> Wish:
    """Return what a request asks for; its languages are those it names.

    Raises:
        VidereError: FIELD_INVALID.
    """
    found = Violations()
    found.size("user_id", request.user_id, MAX_USER)
    found.number("max_items", request.max_items, 0, _MAX_ITEMS)
    for name in ("candidate_media_ids", "exclude_media_ids"):
        found.count(name, len(getattr(request, name)), _MAX_MEDIA)
    for name in ("diversity", "exploration"):
        found.number(name, getattr(request, name), 0, 1)
    languages = languages_of(found, request.language_codes)
    time_ns = instant(found, request, "time")
    found.raise_if_any()
    return Wish(
        now_ns=now_ns if time_ns is None else time_ns,
        limit=request.max_items or 20,
        diversity=request.diversity if request.HasField("diversity") else _DIVERSITY,
        exploration=request.exploration,
        draw=f"{request.seed} {request.user_id}",
        languages=languages,
        only=frozenset(request.candidate_media_ids) or None,
        without=frozenset(request.exclude_media_ids),
        met=request.include_seen,
    )


def languages_of(found: Violations, tags: Sequence[str]) -> tuple[str, ...]:
    """Return the primary subtags of languages."""
    found.count("language_codes", len(tags), _MAX_LANGUAGES)
    for index, tag in enumerate(tags):
        found.pattern(f"language_codes[{index}]", tag, LANGUAGE)
    return tuple(dict.fromkeys(map(primary, tags)))


def interests_of(
    found: Violations,
    given: Iterable[pb.Interest],
    where: str = "interests",
    *,
    single: bool = False,
) -> tuple[Weighted, ...]:
    """Return what a user says they like, or what an ad is about; what is wrong is collected.

    Args:
        where: the field.
        single: it is no list.
    """
    interests = list(given)
    found.count(where, len(interests), _MAX_INTERESTS)
    kinds = {int(kind): kind for kind in Trait}
    limit = ", ".join(f"TRAIT_KIND_{kind.name}" for kind in Trait)
    seen: dict[tuple[Trait, str], Weighted] = {}
    for index, one in enumerate(interests):
        field = where if single else f"{where}[{index}]"
        size = len(one.value.encode())
        if not 1 <= size <= _MAX_VALUE:
            found.add(f"{field}.value", f"has {size} bytes", f"1..{_MAX_VALUE} bytes", size)
        found.number(f"{field}.weight", one.weight, -1, 1)
        if one.weight == 0:
            found.add(f"{field}.weight", "says nothing", "-1..1, not 0", one.weight)
        if one.kind not in kinds:
            found.add(f"{field}.kind", "is no kind of interest", limit, one.kind)
            continue
        key = kinds[one.kind], folded(kinds[one.kind], one.value)
        if key in seen:
            found.add(field, "stands twice", "each once", one.value)
        weight = round(one.weight * SCORE_ONE) if -1 <= one.weight <= 1 else 0
        seen[key] = (key[0], one.value, weight)
    return tuple(seen.values())
