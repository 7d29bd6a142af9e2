"""The script one would write with the same libraries: two frames a second, every engine on each.

`python -m bench.references.naive FILM --seconds 60 [--tuned]` prints one JSON line. The film is
cut into equal parts, one process with one thread for each core, so that no core waits: no script
does better without planning. What it does is as the libraries' own pages have it:

- every frame is decoded; cuts by the mean change of hue, saturation and brightness of a small copy;
- two frames a second go through every engine of the suite, each preparing its own input;
- text by `RapidOCR()` on the whole frame with its defaults; `--tuned`: with the settings that the
  suite's engine has (longer side 640, no classifier of turned lines);
- the whole sound through the voice detector, window by window; every stretch of speech through
  `pocketsphinx.Decoder()`; the sound classes of every window; the beats.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

_PICTURES_PER_S: Final = 2
_SMALL: Final = (256, 144)
#: Mean change of hue, saturation and brightness (of 255) at a cut.
_CUT: Final = 27.0
_RATE: Final = 16_000
_MUSIC_RATE: Final = 22_050
_WINDOW: Final = 512
_CONTEXT: Final = 64
_VOICE: Final = 0.5
_TUNED_SIDE: Final = 640


@dataclass(slots=True)
class Found:
    """What a part of the film gave.

    Args:
        start_s: first second of the part.
        end_s: its end.
        wall_s: seconds it took, models loaded.
        cpu_s: CPU-seconds of its process, models loaded.
        pictures: frames that went through the engines.
        cuts: their times.
        texts: time and lines of every frame with text.
        words: what was said.
        calls: model calls.
    """

    start_s: float
    end_s: float
    wall_s: float = 0.0
    cpu_s: float = 0.0
    pictures: int = 0
    cuts: list[float] = field(default_factory=list)
    texts: list[tuple[float, list[str]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    calls: int = 0


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("film", type=Path)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--tuned", action="store_true")
    options = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    step = options.seconds / cores
    parts = [(options.film, step * n, step * (n + 1), options.tuned) for n in range(cores)]
    with ProcessPoolExecutor(cores, multiprocessing.get_context("spawn")) as workers:
        print(json.dumps([asdict(part) for part in workers.map(_look_at, parts)]))


def _look_at(part: tuple[Path, float, float, bool]) -> Found:
    film, start_s, end_s, tuned = part
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    import cv2

    cv2.setNumThreads(1)
    found = Found(start_s, end_s)
    models = _Models(tuned=tuned)
    started_s, before_s = time.monotonic(), time.process_time()
    _watch(film, found, models)
    _listen(film, found, models)
    found.wall_s, found.cpu_s = time.monotonic() - started_s, time.process_time() - before_s
    return found


class _Models:
    """Everything loaded before the clock starts."""

    def __init__(self, *, tuned: bool) -> None:
        from pocketsphinx import Decoder

        from videre.audio.engines.yamnet import YamNet

        self.pictures = _picture_engines()
        self.read = _reader(tuned=tuned)
        self.voice = _voice_session()
        self.decoder = Decoder(loglevel="FATAL")
        self.sounds = _loaded(YamNet())


def _watch(film: Path, found: Found, models: _Models) -> None:
    import cv2
    import numpy as np

    from videre.visual.pictures import Picture

    before = None
    due = found.start_s
    for at_s, frame in _frames(film, found.start_s, found.end_s):
        small = cv2.cvtColor(cv2.resize(frame, _SMALL), cv2.COLOR_BGR2HSV).astype(np.int16)
        if before is not None and float(np.abs(small - before).mean()) > _CUT:
            found.cuts.append(at_s)
        before = small
        if at_s < due:
            continue
        due += 1 / _PICTURES_PER_S
        found.pictures += 1
        for engine in models.pictures:
            found.calls += engine.look(Picture(frame)).model_calls
        answer = models.read(frame)
        lines = list(answer.txts or ())
        found.calls += 1 + len(lines)
        if lines:
            found.texts.append((at_s, lines))


def _frames(film: Path, start_s: float, end_s: float) -> Iterator[tuple[float, Any]]:
    import av

    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        container.seek(round(start_s * 1_000_000))
        for frame in container.decode(stream):
            at_s = frame.time or 0.0
            if at_s >= end_s:
                return
            if at_s >= start_s:
                yield at_s, frame.to_ndarray(format="bgr24")


def _picture_engines() -> list[Any]:
    from videre.visual.engines.classes import MobileNetV2
    from videre.visual.engines.colors import LabClusters
    from videre.visual.engines.faces import YuNetMobileFace
    from videre.visual.engines.frame_conditions import FrameMeasures
    from videre.visual.engines.nsfw import OpenNsfw
    from videre.visual.engines.objects import YoloxNano

    kinds = (YoloxNano, MobileNetV2, YuNetMobileFace, OpenNsfw, LabClusters, FrameMeasures)
    return [_loaded(kind()) for kind in kinds]


def _loaded(engine: Any) -> Any:
    from videre.common.config import Settings
    from videre.common.service import open_models

    models = open_models(Settings())
    models.ensure(engine.spec.models)
    engine.load(models)
    return engine


def _reader(*, tuned: bool) -> Any:
    from rapidocr import RapidOCR

    settings: dict[str, Any] = {
        "Global.log_level": "error",
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
    if tuned:
        settings |= {
            "Global.use_cls": False,
            "Det.limit_type": "max",
            "Det.limit_side_len": _TUNED_SIDE,
        }
    return RapidOCR(params=settings)


def _listen(film: Path, found: Found, models: _Models) -> None:
    sound = _sound(film, _RATE, found)
    for start, end in _voices(sound, found, models.voice):
        found.words += _words(models.decoder, sound[start:end])
        found.calls += 1
    _name_sounds(sound, found, models.sounds)
    _beats(_sound(film, _MUSIC_RATE, found))


def _sound(film: Path, rate: int, found: Found) -> Any:
    """Return the part's sound as mono, float32, -1..1."""
    import av
    import numpy as np

    resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
    pieces = []
    with av.open(str(film)) as container:
        for frame in container.decode(audio=0):
            at_s = frame.time or 0.0
            if at_s >= found.end_s:
                break
            if at_s >= found.start_s:
                pieces += [piece.to_ndarray()[0] for piece in resampler.resample(frame)]
    return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)


def _voice_session() -> Any:
    import onnxruntime

    from videre.asr.engines.silero import MODEL
    from videre.common.config import Settings
    from videre.common.service import open_models

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    path = str(open_models(Settings()).path(MODEL))
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _voices(sound: Any, found: Found, session: Any) -> list[tuple[int, int]]:
    """Return the stretches of speech, samples."""
    import numpy as np

    from videre.asr.activity import speech_spans
    from videre.asr.engines.silero import PARAMS

    hidden = cell = np.zeros((1, 1, 128), np.float32)
    padded = np.concatenate([np.zeros(_CONTEXT, np.float32), sound])
    likely = []
    for start in range(0, len(sound) - _WINDOW, _WINDOW):
        window = padded[None, start : start + _CONTEXT + _WINDOW]
        output, hidden, cell = session.run(None, {"input": window, "h": hidden, "c": cell})
        likely.append(output.reshape(-1)[0])
        found.calls += 1
    spans = speech_spans(np.array(likely, np.float32), _WINDOW, len(sound), PARAMS)
    return [(span.start_sample, span.end_sample) for span in spans]


def _words(decoder: Any, sound: Any) -> list[str]:
    import numpy as np

    decoder.start_utt()
    decoder.process_raw((np.clip(sound, -1, 1) * 32_767).astype("<i2").tobytes(), full_utt=True)
    decoder.end_utt()
    best = decoder.hyp()
    return best.hypstr.split() if best else []


def _name_sounds(sound: Any, found: Found, engine: Any) -> None:
    from videre.audio.windows import owned_windows

    for window in owned_windows(len(sound), 0, len(sound)):
        engine.listen(sound, window.start, window.end)
        found.calls += 1


def _beats(sound: Any) -> None:
    from videre.audio.engines.beats import Beats

    session = Beats().open()
    session.push(sound)
    session.finish()


if __name__ == "__main__":
    main()
