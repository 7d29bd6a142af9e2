"""An OpenTimelineIO timeline → what is shown and heard when, in exact seconds. Pure.

The first video track shows media, further ones lay titles over it; audio tracks sound together.
Everything that would change pictures or sound and is not rendered is refused where it stands.
Markers, names and foreign metadata are notes: they change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from videre.common.values import nominal_rate
from videre.exports.assembly import (
    ANCHORS,
    GAIN_DB,
    ITEMS,
    ROLES,
    SIZE,
    SOUND_TRACKS,
    TITLE,
    TITLE_LINES,
    Assembly,
    NotRenderedError,
    Placed,
    Problem,
    SoundTrack,
    Title,
)

if TYPE_CHECKING:
    import opentimelineio as otio

_DISSOLVE: Final = "SMPTE_Dissolve"
_TITLE: Final = "title"
_OWN: Final = "videre"
#: Where rates are given as floating numbers: 29.97 means 30000/1001.
_NEAR_RATE: Final = Fraction(1, 1_000)
_SIZE: Final = 0.06
_ANCHOR: Final = "bottom"


def read_assembly(text: str) -> Assembly:
    """Return what a timeline, OpenTimelineIO's JSON, shows and sounds like.

    Raises:
        NotRenderedError: it is no timeline, or carries what is not rendered.
    """
    import opentimelineio as otio

    try:
        timeline = otio.adapters.read_from_string(text, "otio_json")
    except (otio.exceptions.OTIOError, ValueError, TypeError, KeyError) as error:
        raise NotRenderedError(
            [Problem("", "is no OpenTimelineIO JSON", "a Timeline", str(error)[:200])]
        ) from error
    if not isinstance(timeline, otio.schema.Timeline):
        raise NotRenderedError(
            [Problem("", "is no timeline", "a Timeline", type(timeline).__name__)]
        )
    return _Reader(timeline).read()


@dataclass(frozen=True, slots=True)
class _Item:
    """An item of a track in its place, and the two sides of the transitions at its ends."""

    item: Any
    place: str
    begin: Fraction
    end: Fraction
    into: tuple[Fraction, Fraction] = (Fraction(0), Fraction(0))
    out: tuple[Fraction, Fraction] = (Fraction(0), Fraction(0))


class _Reader:
    """One timeline; problems are gathered on the way."""

    def __init__(self, timeline: otio.schema.Timeline) -> None:
        self._timeline = timeline
        self._problems: list[Problem] = []
        self._rate: Fraction | None = None

    def read(self) -> Assembly:
        kinds = self._tracks()
        self._effects(self._timeline.tracks, "tracks")
        seen = [self._items(track, place) for place, track, video in kinds if video]
        heard = [
            (place, track, self._items(track, place)) for place, track, video in kinds if not video
        ]
        shots = self._shots(seen[0]) if seen else []
        titles = [title for items in seen for title in self._titles(items)]
        for items in seen[1:]:
            for one in items:
                if self._url(one) and not _is_title(one.item):
                    self._say(one.place, "only the first picture track may show media",
                              "titles", "media")  # fmt: skip
        tracks = [self._sounds(*one, number) for number, one in enumerate(heard)]
        listed = [*seen, *(items for *_, items in heard)]
        length = max((one.end for items in listed for one in items), default=Fraction(0))
        if not self._problems and not any(one.url for one in (*shots, *_sounding(tracks))):
            self._say("tracks", "shows and plays nothing", "a clip of an input", "none")
        if self._problems:
            raise NotRenderedError(self._problems)
        return Assembly(length, self._rate, tuple(shots), tuple(titles), tuple(tracks))

    def _say(self, place: str, description: str, limit: str, actual: object) -> None:
        self._problems.append(Problem(place, description, limit, str(actual)[:80]))

    def _tracks(self) -> list[tuple[str, Any, bool]]:
        """Return the tracks that are switched on, and whether each is of pictures."""
        import opentimelineio as otio

        found = []
        for number, track in enumerate(self._timeline.tracks):
            place = f"tracks[{number}]"
            if not isinstance(track, otio.schema.Track):
                self._say(place, "nested timelines are not rendered", "a Track", _named(track))
            elif track.kind not in ("Video", "Audio"):
                self._say(place, "is neither of pictures nor of sound", "Video, Audio", track.kind)
            elif track.source_range is not None:
                self._say(place, "a trimmed track is not rendered", "no source_range", "a range")
            elif track.enabled:
                found.append((place, track, track.kind == "Video"))
        if sum(len(track) for _, track, _ in found) > ITEMS:
            self._say("tracks", f"has more than {ITEMS} items", str(ITEMS), "more")
            return []
        if sum(not video for *_, video in found) > SOUND_TRACKS:
            self._say("tracks", "has too many audio tracks", str(SOUND_TRACKS), "more")
        return found

    def _items(self, track: Any, place: str) -> list[_Item]:
        """Return a track's items in their places, transitions beside them."""
        import opentimelineio as otio

        self._effects(track, place)
        made: list[_Item] = []
        at = Fraction(0)
        waiting: tuple[Fraction, Fraction] | None = None
        for number, child in enumerate(track):
            where = f"{place}[{number}]"
            if isinstance(child, otio.schema.Transition):
                waiting = self._transition(child, where)
                if made:
                    made[-1] = replace(made[-1], out=waiting)
                elif waiting[0]:
                    self._say(where, "reaches before the timeline", "in_offset 0", waiting[0])
                continue
            if not isinstance(child, otio.schema.Clip | otio.schema.Gap):
                name = _named(child)
                self._say(where, f"{name} is not rendered", "Clip, Gap, Transition", name)
                continue
            self._effects(child, where)
            length = self._length(child, where)
            made.append(_Item(child, where, at, at + length, waiting or (Fraction(0), Fraction(0))))
            at, waiting = at + length, None
        if waiting is not None and waiting[1]:
            self._say(place, "ends in a transition that reaches behind it", "out_offset 0",
                      waiting[1])  # fmt: skip
        for one in made:
            if one.into[1] + one.out[0] > one.end - one.begin:
                self._say(one.place, "transitions overlap in it", "a longer clip",
                          f"{float(one.end - one.begin):g} s")  # fmt: skip
        return made

    def _transition(self, child: Any, where: str) -> tuple[Fraction, Fraction]:
        if child.transition_type != _DISSOLVE:
            kind = child.transition_type
            self._say(where, f"transition {kind!r} is not rendered", _DISSOLVE, kind)
        return _seconds(child.in_offset), _seconds(child.out_offset)

    def _effects(self, item: Any, where: str) -> None:
        for effect in item.effects:
            if effect.enabled:
                name = effect.effect_name or type(effect).__name__
                self._say(f"{where}.effects", f"effect {name!r} is not rendered", "none", name)

    def _length(self, item: Any, where: str) -> Fraction:
        import opentimelineio as otio

        try:
            stretch = item.trimmed_range()
        except otio.exceptions.OTIOError:
            self._say(where, "says neither what of the media nor how long", "source_range", "none")
            return Fraction(0)
        length = _seconds(stretch.duration)
        if length <= 0:
            self._say(where, "has no length", "> 0 s", f"{float(length):g} s")
        elif self._rate is None:
            rate = _rate(stretch.duration.rate)
            self._rate = rate if 1 <= rate <= 240 else None
        return length

    def _url(self, one: _Item) -> str:
        """Return what the timeline calls an item's input; empty for what shows nothing."""
        import opentimelineio as otio

        item = one.item
        if isinstance(item, otio.schema.Gap) or not item.enabled or _is_title(item):
            return ""
        reference = item.media_reference
        if isinstance(reference, otio.schema.ExternalReference) and reference.target_url:
            return str(reference.target_url)
        kind = getattr(reference, "generator_kind", "") or _named(reference)
        self._say(f"{one.place}.media_reference", f"{kind} is not rendered",
                  f"ExternalReference, or a GeneratorReference {_TITLE!r}", kind)  # fmt: skip
        return ""

    def _placed(self, items: Sequence[_Item]) -> Iterator[Placed]:
        """Yield items with what transitions take of the media beside them."""
        for one in items:
            url = self._url(one)
            start = Fraction(0)
            if url:
                stretch, whole = one.item.trimmed_range(), one.item.media_reference.available_range
                start = _seconds(stretch.start_time)
                if whole is not None:
                    start -= _seconds(whole.start_time)
                if start < one.into[0]:
                    self._say(one.place, "begins before the media", "0 s",
                              f"{float(start - one.into[0]):g} s")  # fmt: skip
            yield Placed(
                url=url,
                start=start - one.into[0],
                begin=max(Fraction(0), one.begin - one.into[0]),
                end=one.end + one.out[1],
                rise=sum(one.into, Fraction(0)),
                fall=sum(one.out, Fraction(0)),
                gain_db=self._gain(one.item, one.place),
                place=one.place,
            )

    def _gain(self, item: Any, where: str) -> float:
        gain = _own(item).get("gain_db", 0.0)
        low, high = GAIN_DB
        if not isinstance(gain, int | float) or not low <= gain <= high:
            limit = f"{low:g}..{high:g} dB"
            self._say(f"{where}.metadata.{_OWN}.gain_db", f"must be {limit}", limit, gain)
            return 0.0
        return float(gain)

    def _shots(self, items: Sequence[_Item]) -> list[Placed]:
        """Return pictures in order: each comes over the one before it, black over the last one."""
        shots = list(self._placed(items))
        if shots and shots[-1].fall:
            last = shots[-1]
            shots.append(Placed("", Fraction(0), last.end - last.fall, last.end, rise=last.fall))
        return shots

    def _sounds(self, place: str, track: Any, items: Sequence[_Item], number: int) -> SoundTrack:
        role = _own(track).get("role", ROLES[0] if number == 0 else ROLES[1])
        if role not in ROLES:
            self._say(
                f"{place}.metadata.{_OWN}.role", "has an unknown role", ", ".join(ROLES), role
            )
        for one in items:
            if _is_title(one.item):
                self._say(one.place, "a title makes no sound", "a clip", _TITLE)
        return SoundTrack(role, tuple(one for one in self._placed(items) if one.url))

    def _titles(self, items: Sequence[_Item]) -> Iterator[Title]:
        for one in items:
            if not _is_title(one.item) or not one.item.enabled:
                continue
            given = {**one.item.media_reference.parameters}
            where = f"{one.place}.media_reference.parameters"
            lines = tuple(line.strip() for line in str(given.pop("text", "")).splitlines())
            if not any(lines) or len(lines) > TITLE_LINES or len("\n".join(lines)) > TITLE:
                limit = f"1..{TITLE} characters in {TITLE_LINES} lines"
                self._say(f"{where}.text", f"must be {limit}", limit, "\n".join(lines))
            anchor, size = given.pop("anchor", _ANCHOR), given.pop("size", _SIZE)
            if anchor not in ANCHORS:
                self._say(f"{where}.anchor", "is no place", ", ".join(ANCHORS), anchor)
            if not isinstance(size, int | float) or not SIZE[0] <= size <= SIZE[1]:
                limit = f"{SIZE[0]:g}..{SIZE[1]:g}"
                self._say(f"{where}.size", f"must be {limit}", limit, size)
                size = _SIZE
            for name in given:
                self._say(f"{where}.{name}", f"{name} is not rendered", "text, anchor, size", name)
            yield Title(
                lines, ANCHORS.get(anchor, (0.5, 1.0)), float(size),
                max(Fraction(0), one.begin - one.into[0]), one.end + one.out[1],
                sum(one.into, Fraction(0)), sum(one.out, Fraction(0)),
            )  # fmt: skip


def _sounding(tracks: Sequence[SoundTrack]) -> Iterator[Placed]:
    for track in tracks:
        yield from track.sounds


def _is_title(item: Any) -> bool:
    reference = getattr(item, "media_reference", None)
    return getattr(reference, "generator_kind", None) == _TITLE


def _own(item: Any) -> Mapping[str, Any]:
    found = item.metadata.get(_OWN, {})
    return found if hasattr(found, "get") else {}


def _named(item: Any) -> str:
    return str(item.schema_name()) if hasattr(item, "schema_name") else type(item).__name__


def _rate(rate: float) -> Fraction:
    """Return the rate that a floating number means."""
    exact = Fraction(rate)
    if exact <= 0:
        return exact
    near = nominal_rate(exact)
    return near if abs(near / exact - 1) < _NEAR_RATE else exact.limit_denominator(1_001)


def _seconds(time: Any) -> Fraction:
    rate = _rate(time.rate)
    return Fraction(time.value) / rate if rate > 0 else Fraction(0)
