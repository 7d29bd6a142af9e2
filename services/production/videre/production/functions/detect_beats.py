"""Beats, bars and tempo of the main input's music as a file. Looks at the analysis only."""

from __future__ import annotations

import csv
import io
import json
from bisect import bisect_right
from typing import Final

from google.protobuf.duration_pb2 import Duration
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from videre.common.engine import EngineSpec, Tier
from videre.common.models import ModelStore
from videre.exports.production_params import DetectBeatsOptions
from videre.production.functions.base import Made, Work, require_answer
from videre.v1.analysis_pb2 import MusicStructure
from videre.v1.production_pb2 import BEATS_FORMAT_CSV

SPEC: Final = EngineSpec(
    feature="detect_beats",
    name="detect_beats",
    version="1",
    tier=Tier.BUNDLED,
    licence="none (no model)",
    cpu_seconds_per_item=0.001,
)
_NS: Final = 1_000_000_000


class DetectBeats:
    """`beats.json` or `beats.csv`."""

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return SPEC

    def load(self, models: ModelStore) -> None:
        """Nothing to load."""

    def render(self, work: Work) -> list[Made]:
        """See Function. Raises the reason for which nobody listened to music."""
        options = work.options
        assert isinstance(options, DetectBeatsOptions)
        require_answer(work.known, "music")
        music = MusicStructure()
        if work.known.music is not None:
            music.CopyFrom(work.known.music)
        music.ClearField("sections")
        work.progress(1.0)
        if options.format == BEATS_FORMAT_CSV:
            return [Made("beats.csv", "beats", "text/csv", beats_csv(music))]
        return [Made("beats.json", "beats", "application/json", message_json(music))]


def message_json(message: Message) -> bytes:
    """Return a message in the JSON form of protobuf."""
    return json.dumps(MessageToDict(message), ensure_ascii=False, indent=1).encode() + b"\n"


def beats_csv(music: MusicStructure) -> bytes:
    """Return a line a beat: time, place in the bar, tempo."""
    downbeats = [_ns(one) for one in music.downbeat_offsets]
    beats = [_ns(one) for one in music.beat_offsets]
    starts = [_ns(one.offset) for one in music.tempo_changes]
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(("seconds", "beat_in_bar", "bpm"))
    numbers = {ns: number for number, ns in enumerate(beats)}
    for number, ns in enumerate(beats):
        bar = bisect_right(downbeats, ns) - 1
        # Beats before the first bar count back from it.
        place = 0
        if downbeats:
            first = numbers[downbeats[max(bar, 0)]]
            place = (number - first) % music.beats_per_bar + 1
        change = max(0, bisect_right(starts, ns) - 1)
        tempo = music.tempo_changes[change].tempo_bpm if starts else music.tempo_bpm
        rows.writerow((f"{ns / _NS:.6f}", place, f"{tempo:.3f}"))
    return file.getvalue().encode()


def _ns(duration: Duration) -> int:
    return duration.seconds * _NS + duration.nanos
