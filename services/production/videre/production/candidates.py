"""Which instants may become covers. Pure."""

from __future__ import annotations

from typing import Final

from videre.production.known import Known, Stretch

#: Frames that are measured at most: a minute's work at the slowest seeking.
MOST: Final = 60
#: Distance kept from cuts and fades, as a share of the shot and at most this long.
_MARGIN_SHARE: Final = 0.15
_MARGIN_NS: Final = 700_000_000


def candidate_times(known: Known, end_ns: int, count: int) -> list[int]:
    """Return instants worth a look, rising, at most `MOST`.

    They lie inside shots, away from their ends, outside black, solid and blurred stretches; the
    longest shots come first when there are more than can be looked at.

    Args:
        known: what the analysis knows; without shots the whole media is one.
        end_ns: end of the pictures.
        count: covers wanted.
    """
    shots = [shot for shot in known.shots if shot.start_ns < end_ns] or [Stretch(0, end_ns)]
    longest = sorted(shots, key=lambda shot: (shot.start_ns - shot.end_ns, shot.start_ns))[:MOST]
    each = max(1, min(MOST // len(longest), 3 if len(longest) >= 3 * count else 24))
    times = {time for shot in longest for time in _inside(shot, each)}
    fit = {time for time in times if not any(bad.holds(time) for bad in known.unfit)}
    return sorted(fit or times)


def spread_times(end_ns: int) -> list[int]:
    """Return instants all over the media: for when nothing else was good."""
    return [(2 * place + 1) * end_ns // (2 * MOST) for place in range(MOST)]


def _inside(shot: Stretch, count: int) -> list[int]:
    length = shot.end_ns - shot.start_ns
    margin = min(int(length * _MARGIN_SHARE), _MARGIN_NS)
    inner = length - 2 * margin
    return [
        shot.start_ns + margin + (2 * place + 1) * inner // (2 * count) for place in range(count)
    ]


def face_worth(area: float, off_centre: float) -> float:
    """Return how well a face stands in a picture, 0..1.

    A face of a tenth of the picture or more near its middle counts fully.

    Args:
        area: share of the picture's.
        off_centre: distance of its middle from the picture's, shares of it.
    """
    return float(min(1.0, area / 0.1) ** 0.5 * (1.0 - min(1.0, off_centre)))


def face_value(known: Known, ns: int) -> float:
    """Return how well the known faces stand in the picture at an instant, 0..1."""
    faces = [face for face in known.faces if face.stretch.holds(ns)]
    return max((face_worth(face.area, face.off_centre) for face in faces), default=0.0)
