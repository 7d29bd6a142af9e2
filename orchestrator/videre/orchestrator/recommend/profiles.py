"""Profiles: events joined, packed and read again. Pure.

A profile keeps the newest `MOST_EVENTS` events of its user. What it holds depends on which events
came, not on their order nor on how often each came.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

import zstandard

from videre.common.values import sha256_hex
from videre.orchestrator.recommend.model import Act, Event, Profile, Trait

#: Events of a user that are kept. What is older has faded, see `taste`.
MOST_EVENTS: Final = 500
#: Ads shown to a user that are kept.
MOST_SHOWN: Final = 200
_LEVEL: Final = 9
_ID: Final = 16


@dataclass(frozen=True, slots=True)
class Joined:
    """A profile with events.

    Args:
        gained: events that it has now.
        lost: events that it had and has no more: newer ones took their place.
        repeated: number of events that it had before.
        forgotten: number of events that are older than all that it keeps.
    """

    profile: Profile
    gained: tuple[Event, ...]
    lost: tuple[Event, ...]
    repeated: int
    forgotten: int


def with_shown(profile: Profile, shown: Iterable[tuple[str, int]]) -> Profile:
    """Return a profile with further ads that were shown; the newest are kept."""
    newest = sorted((*profile.shown, *shown), key=lambda one: (-one[1], one[0]))
    return replace(profile, shown=tuple(newest[:MOST_SHOWN]))


def event_id(given: str, media_id: str, act: Act, time_ns: int) -> str:
    """Return what tells a repeated event: its given id, else what it says."""
    told = f"id {given}" if given else f"{media_id} {act:d} {time_ns}"
    return sha256_hex(told.encode())[:_ID]


def joined(profile: Profile, events: Iterable[Event]) -> Joined:
    """Return a profile with further events; of events with one id the first is kept."""
    had = {event.id: event for event in profile.events}
    new: dict[str, Event] = {}
    repeated = 0
    for event in events:
        if event.id in had or event.id in new:
            repeated += 1
        else:
            new[event.id] = event
    newest = sorted((*had.values(), *new.values()), key=lambda one: (-one.time_ns, one.id))
    kept = {event.id for event in newest[:MOST_EVENTS]}
    gained = tuple(event for event in new.values() if event.id in kept)
    return Joined(
        replace(profile, events=tuple(newest[:MOST_EVENTS])),
        gained,
        tuple(event for event in had.values() if event.id not in kept),
        repeated,
        len(new) - len(gained),
    )


def packed(profile: Profile) -> bytes:
    """Return a profile as bytes."""
    document = {
        "stated": profile.stated,
        "languages": profile.languages,
        "events": [
            (one.media_id, one.act, one.time_ns, one.amount_ms, one.id, one.number)
            for one in profile.events
        ],
        "shown": profile.shown,
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return zstandard.ZstdCompressor(level=_LEVEL).compress(text.encode())


def unpacked(data: bytes) -> Profile:
    """Return the profile of `packed`."""
    document: dict[str, Any] = json.loads(zstandard.ZstdDecompressor().decompress(data))
    return Profile(
        stated=tuple((Trait(kind), value, weight) for kind, value, weight in document["stated"]),
        languages=tuple(document["languages"]),
        events=tuple(
            # Events of earlier releases have no number.
            Event(media_id, Act(act), time_ns, amount_ms, name, *number)
            for media_id, act, time_ns, amount_ms, name, *number in document["events"]
        ),
        shown=tuple((ad_id, time_ns) for ad_id, time_ns in document.get("shown", ())),
    )
