"""How interesting each moment of a media is, and which moments make a summary. Pure numpy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.production.known import Stretch

F64 = NDArray[np.float64]

_NS: Final = 1_000_000_000
#: Distance of the moments that are judged.
STEP_NS: Final = _NS // 5
#: What each of the signals is worth; the weights of those that nobody looked at go to the others.
WEIGHTS: Final = {"motion": 0.30, "faces": 0.25, "loudness": 0.20, "speech": 0.15, "music": 0.10}
#: Usual length of a part, seconds: shorter ones cannot be taken in.
_PART_NS: Final = 5 * _NS // 3
_SHORTEST_NS: Final = 7 * _NS // 10
#: A border so near to a beat is moved onto it.
_BEAT_NS: Final = _NS // 4
#: What a shot beside one that was taken loses, so that a summary tells of all of a media.
_NEIGHBOUR: Final = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """What was seen and heard at every `STEP_NS`, 0..1 each; None = nobody looked.

    Args:
        motion: movement.
        faces: by size and place.
        loudness: above the usual.
        speech: more where keywords are said.
        music: more in a chorus.
        unfit: moments that show nothing.
    """

    motion: F64 | None
    faces: F64 | None
    loudness: F64 | None
    speech: F64 | None
    music: F64 | None
    unfit: NDArray[np.bool_]

    def named(self) -> dict[str, F64]:
        """Return the signals that there are."""
        found = {name: getattr(self, name) for name in WEIGHTS}
        return {name: values for name, values in found.items() if values is not None}

    def interest(self) -> F64:
        """Return the weighted mean of the signals, 0 where nothing is shown."""
        found = self.named()
        total = sum(WEIGHTS[name] for name in found)
        made = np.zeros(len(self.unfit))
        for name, values in found.items():
            made += values * (WEIGHTS[name] / total)
        made[self.unfit] = 0.0
        return made


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch and why it is interesting: means of the signals over it."""

    stretch: Stretch
    interest: float
    reasons: dict[str, float]


def relative(values: F64) -> F64:
    """Return values between their median and their 95th hundredth as 0..1."""
    if not len(values):
        return values
    low, high = np.quantile(values, [0.5, 0.95])
    if high - low < 1e-9:
        return np.zeros(len(values))
    return np.asarray(((values - low) / (high - low)).clip(0, 1))


def best_in(shot: Stretch, length_ns: int, signals: Signals, interest: F64) -> Moment:
    """Return the most interesting stretch of a shot; all of it where it is shorter."""
    length = min(length_ns, shot.end_ns - shot.start_ns)
    starts = [shot.start_ns]
    if length < shot.end_ns - shot.start_ns:
        first = -(-shot.start_ns // STEP_NS)
        last = (shot.end_ns - length) // STEP_NS
        starts += [number * STEP_NS for number in range(first, last + 1)]
        starts.append(shot.end_ns - length)
    sums = np.concatenate([[0.0], np.cumsum(interest)])
    places = [_places(Stretch(at, at + length), len(interest)) for at in starts]
    means = [(sums[b] - sums[a]) / (b - a) for a, b in places]
    best = int(np.argmax(means))
    start = starts[best]
    return told(Stretch(start, start + length), signals, interest)


def told(stretch: Stretch, signals: Signals, interest: F64) -> Moment:
    """Return a stretch with the means over it."""
    first, end = _places(stretch, len(interest))
    reasons = {name: float(v[first:end].mean()) for name, v in signals.named().items()}
    return Moment(stretch, float(interest[first:end].mean()), reasons)


def _places(stretch: Stretch, count: int) -> tuple[int, int]:
    first = min(stretch.start_ns // STEP_NS, count - 1)
    return first, max(first + 1, min(count, -(-stretch.end_ns // STEP_NS)))


def highlights(shots: Sequence[Stretch], signals: Signals, count: int) -> list[Moment]:
    """Return the most interesting moments, best first, one a shot."""
    interest = signals.interest()
    found = [best_in(shot, 2 * _PART_NS, signals, interest) for shot in shots]
    found.sort(key=lambda one: (-one.interest, one.stretch.start_ns))
    return [one for one in found if one.interest > 0][:count]


def summary(
    shots: Sequence[Stretch], signals: Signals, length_ns: int, beats: Sequence[int]
) -> list[Moment]:
    """Return the parts of a summary in order of time.

    Args:
        shots: in order of time.
        signals: of all of the media.
        length_ns: of the summary.
        beats: of its music, rising.
    """
    whole = Stretch(shots[0].start_ns, shots[-1].end_ns)
    interest = signals.interest()
    if whole.end_ns - whole.start_ns <= length_ns:
        return [told(whole, signals, interest)]
    shown = [one for one in shots if one.end_ns - one.start_ns >= _SHORTEST_NS] or list(shots)
    wanted = max(1, min(len(shown), round(length_ns / _PART_NS)))
    taken = _taken(shown, wanted, length_ns // wanted, signals, interest)
    lengths = _shared([shown[number] for number in taken], length_ns)
    parts = [
        best_in(shown[number], length, signals, interest).stretch
        for number, length in zip(taken, lengths, strict=True)
    ]
    on_beats = [
        _on_beats(part, shown[number], beats)
        for number, part in zip(taken, parts, strict=True)
    ]  # fmt: skip
    return [told(one, signals, interest) for one in on_beats]


def _taken(
    shots: Sequence[Stretch], count: int, length_ns: int, signals: Signals, interest: F64
) -> list[int]:
    """Return the numbers of the best shots, in order of time."""
    values = np.array([best_in(one, length_ns, signals, interest).interest for one in shots])
    # A part that is shorter than the others is worth its share.
    values *= [min(1.0, (one.end_ns - one.start_ns) / length_ns) ** 0.5 for one in shots]
    taken: list[int] = []
    for _ in range(count):
        left = values.copy()
        left[taken] = -1.0
        best = int(np.argmax(left))
        taken.append(best)
        for beside in (best - 1, best + 1):
            if 0 <= beside < len(values):
                values[beside] *= _NEIGHBOUR
    return sorted(taken)


def _shared(shots: Sequence[Stretch], length_ns: int) -> list[int]:
    """Share a length among shots evenly; what short ones cannot use goes to the others."""
    lengths = [0] * len(shots)
    room = [one.end_ns - one.start_ns for one in shots]
    left = length_ns
    while left > 0 and any(room):
        open_ones = [number for number, space in enumerate(room) if space]
        each = max(1, left // len(open_ones))
        for number in open_ones:
            given = min(each, room[number], left)
            lengths[number] += given
            room[number] -= given
            left -= given
    return lengths


def _on_beats(part: Stretch, shot: Stretch, beats: Sequence[int]) -> Stretch:
    """Move a part's borders onto beats near to them, inside its shot; borders of the shot stay."""
    start, end = (_on_beat(ns, shot, beats) for ns in (part.start_ns, part.end_ns))
    return Stretch(start, end) if end - start >= _SHORTEST_NS else part


def _on_beat(ns: int, shot: Stretch, beats: Sequence[int]) -> int:
    if ns in (shot.start_ns, shot.end_ns) or not beats:
        return ns
    nearest = min(beats, key=lambda one: abs(one - ns))
    inside = shot.start_ns <= nearest <= shot.end_ns
    return nearest if inside and abs(nearest - ns) <= _BEAT_NS else ns
