"""EBU R128 loudness and true peak on the sound as it was recorded, in bounded memory.

Imported in child processes only.
"""

from __future__ import annotations

import math
from typing import Final

import av
from av.audio.frame import AudioFrame
from av.filter import Graph

from videre.orchestrator.media.audiofile import Loudness

_METER: Final = "peak=true:metadata=1:framelog=quiet"
#: Frames after which the values are asked for: an empty answer costs as much as a full one.
_AT_ONCE: Final = 16
_SILENCE_LUFS: Final = -70.0  # the absolute gate: nothing was above it


class LoudnessMeter:
    """Measures frames of one rate and layout in order."""

    def __init__(self) -> None:
        self._graph: Graph | None = None
        self._values: dict[str, float] = {}
        self._peak = 0.0
        self._waiting = 0

    def add(self, frame: AudioFrame) -> None:
        """Measure a frame."""
        if self._graph is None:
            self._graph = _graph(frame)
        self._graph.push(frame)
        self._waiting += 1
        if self._waiting >= _AT_ONCE:
            self._drain(self._graph)

    def result(self) -> Loudness | None:
        """Return the values of the whole; None when there was less than 0.1 s or only silence."""
        if self._graph is not None:
            self._graph.push(None)
            self._drain(self._graph)
        integrated = self._values.get("lavfi.r128.I", _SILENCE_LUFS)
        if integrated <= _SILENCE_LUFS or self._peak <= 0:
            return None
        return Loudness(
            integrated_lufs=integrated,
            range_lu=self._values.get("lavfi.r128.LRA", 0.0),
            true_peak_dbtp=20 * math.log10(self._peak),
        )

    def _drain(self, graph: Graph) -> None:
        self._waiting = 0
        while True:
            try:
                metadata = graph.pull().metadata
            except (av.BlockingIOError, av.EOFError):
                return
            for name in ("lavfi.r128.I", "lavfi.r128.LRA"):
                value = float(metadata.get(name, "nan"))
                if math.isfinite(value):
                    self._values[name] = value
            self._peak = max(self._peak, float(metadata.get("lavfi.r128.true_peak", 0)))


def _graph(frame: AudioFrame) -> Graph:
    graph = av.filter.Graph()
    source = graph.add_abuffer(
        sample_rate=frame.sample_rate,
        format=frame.format.name,
        layout=frame.layout.name,
        time_base=frame.time_base,
    )
    meter = graph.add("ebur128", _METER)
    sink = graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    return graph
