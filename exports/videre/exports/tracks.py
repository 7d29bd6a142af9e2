"""Which track a box belongs to: the same box stands in its object and in its track. Pure."""

from __future__ import annotations

from typing import Final, TypeAlias

from videre.v1 import analysis_pb2

#: Class of the tracks of faces.
FACE: Final = "face"
_Place: TypeAlias = tuple[str, int, float, float, float, float]


class TrackIds:
    """The ids of an analysis's tracks by their boxes."""

    def __init__(self, analysis: analysis_pb2.Analysis) -> None:
        self._ids = {
            _place(track.class_name, box): track.track_id
            for track in analysis.tracks
            for box in track.boxes
            if not box.interpolated
        }

    def of(self, class_name: str, box: analysis_pb2.BoxAt) -> str:
        """Return the track of a box of a class ("face" for faces); "" where it is not known."""
        return self._ids.get(_place(class_name, box), "")


def _place(class_name: str, at: analysis_pb2.BoxAt) -> _Place:
    return class_name, at.frame, at.box.x, at.box.y, at.box.width, at.box.height
