"""How much memory functions of production need for a source of two hours at 720p.

The source is the test film, its coded packets put one behind the other as often as it takes. Each
function works in a process of its own; what counts is what it and its children hold at one time,
beside mapped files.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av

from bench.harness import Outcome
from bench.options import Options
from bench.processes import watched
from bench.producing import Maker, stretch
from videre.cli.evaluation.figures import Case, Measured
from videre.v1 import production_pb2 as pb

_FILM: Final = "demo.mp4"
_SECONDS: Final = 7_200
_QUICK_SECONDS: Final = 300
_TIMEOUT_S: Final = 3_600.0
#: Encoding costs as little as may be: memory is measured, over the whole length.
_SMALL: Final = pb.Rendition(width=96, height=160, encoder_options={"speed": "ultrafast"})


def _tasks(seconds: int) -> Mapping[str, pb.ProductionTask]:
    ends = [(0, 20), (seconds - 20, seconds)]
    keep = [stretch(Fraction(start), Fraction(end)) for start, end in ends]
    wide = pb.Rendition(width=160, height=90, encoder_options={"speed": "ultrafast"})
    return {
        "cover": pb.ProductionTask(cover=pb.CoverParams(count=3)),
        "sprite": pb.ProductionTask(sprite=pb.SpriteParams()),
        "summarize": pb.ProductionTask(summarize=pb.SummarizeParams()),
        "trim": pb.ProductionTask(trim=pb.TrimParams(keep=keep)),
        "transcode": pb.ProductionTask(transcode=pb.TranscodeParams(renditions=[wide])),
        "reframe": pb.ProductionTask(reframe=pb.ReframeParams(renditions=[_SMALL])),
        "split_lecture": pb.ProductionTask(
            split_lecture=pb.SplitLectureParams(without_files=True)
        ),
    }  # fmt: skip


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Carry out each function on a long source and watch its processes."""
    seconds = _QUICK_SECONDS if options.quick else _SECONDS
    peaks: dict[str, float] = {}
    cases = []
    with tempfile.TemporaryDirectory(prefix="videre-bench-") as temporary:
        folder = Path(temporary)
        film = folder / "long.mp4"
        write_long(options.media_folder() / _FILM, film, seconds)
        for name in _tasks(seconds):
            began = time.monotonic()
            peaks[name], mapped = _carried_out(name, film, folder / name, seconds)
            words = f"{peaks[name]:.0f} MB at one time{mapped}"
            cases.append(Case(name, None, "≤ 500 MB", words, peaks[name]))
            tell(f"{name}: {words}; {seconds / (time.monotonic() - began):.1f} × real time")
    how = (
        f"{', '.join(peaks)}; a film of {seconds / 3600:.1f} h, function and its children together"
    )
    return [
        Measured("long source: peak memory", max(peaks.values()), "MB", how, cases=tuple(cases),
                 shown=len(cases)),
    ], []  # fmt: skip


def write_long(source: Path, target: Path, seconds: int) -> None:
    """Write the packets of a film again and again until it is so long."""
    with av.open(str(target), "w") as out:
        streams: dict[int, Any] = {}
        shift = Fraction(0)
        while shift < seconds:
            with av.open(str(source)) as container:
                chosen = [container.streams.video[0], container.streams.audio[0]]
                for stream in chosen:
                    if stream.index not in streams:
                        streams[stream.index] = out.add_stream_from_template(stream)
                # Room for what is coded before its time.
                length = Fraction(container.duration or 0, av.time_base) + Fraction(1, 5)
                for packet in container.demux(chosen):
                    if packet.dts is None or packet.pts is None:
                        continue
                    assert packet.time_base is not None
                    later = round(shift / packet.time_base)
                    packet.dts, packet.pts = packet.dts + later, packet.pts + later
                    packet.stream = streams[packet.stream.index]
                    out.mux(packet)
            shift += length


def _carried_out(name: str, film: Path, folder: Path, seconds: int) -> tuple[float, str]:
    """Return the peak memory of a function's processes in MB, and words for mapped files."""
    command = [sys.executable, "-m", __spec__.name, name, str(film), str(folder), str(seconds)]
    with watched(os.getpid()) as peaks:
        subprocess.run(command, check=True, timeout=_TIMEOUT_S)
    return peaks.own / 2**20, f", {peaks.together / 2**20:.0f} with what is mapped from files"


if __name__ == "__main__":
    task = _tasks(int(sys.argv[4]))[sys.argv[1]]
    Maker(Path(sys.argv[3])).make(task, {"main": Path(sys.argv[2])})
