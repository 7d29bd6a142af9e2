"""Copies of a film: what a job costs when the film is known already, against the same job without.

Ten edited copies of one film, each made without coding anew but the last, are analysed after it in
its project, and once more in a project of their own in which nothing is known; in a quick run the
film's own analysis stands for these, by the length of the copy.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av

from bench.harness import Outcome
from bench.options import Options
from bench.processes import cpu_used, difference, total_s
from tests.calling import Api
from tests.remuxing import Copy, remuxed
from tests.running import processes
from videre.cli.evaluation.figures import Case, Measured
from videre.v1 import analysis_pb2, job_pb2, media_pb2

_FILM: Final = "demo.mp4"
_OTHER_SOUND: Final = "video/mdn_crystal.mp4"
#: A quick run has less of the film and of what is looked for.
_QUICK_S: Final = 46.0
_QUICK_FEATURES: Final = ("shots", "objects", "faces", "sound")
_SERVICES: Final = ("visual", "ocr", "asr", "audio", "production", "orchestrator")
_SOUND: Final = frozenset({"speech", "sound", "music", "diarization", "loudness"})
#: A call is patient on a busy machine; a job gets an hour, asked for every few seconds.
_CALL_S: Final = 600.0
_WAIT_S: Final = 10
_WAITS: Final = 360
_REMUXES: Final = ("MOV", "faststart", "metadata")
_LOSING: Final = ("Matroska", "transport stream")


@dataclass(frozen=True, slots=True)
class _Run:
    """A job on a copy.

    Args:
        calls: of models.
        picture_calls: those of them that were about pictures.
        cpu_s: of all processes.
    """

    outcome: Outcome
    calls: int
    picture_calls: int
    cpu_s: float


@dataclass(frozen=True, slots=True)
class _Pair:
    """The same copy where the film is known, and where it is not."""

    known: _Run
    fresh: _Run

    @property
    def share(self) -> float:
        """Calls of models, of those that a fresh analysis makes."""
        return self.known.calls / max(1, self.fresh.calls)


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Analyse the film, then its copies twice each."""
    media = options.media_folder()
    with tempfile.TemporaryDirectory(prefix="videre-bench-") as temporary:
        folder = Path(temporary)
        (folder / "copies").mkdir()
        length = _QUICK_S if options.quick else None
        film = remuxed(media / _FILM, folder, Copy("film.mp4", end_s=length))
        copies = _copies(film, media / _OTHER_SOUND, folder / "copies")
        settings = {"VIDERE_FILE_ROOTS": str(folder), "VIDERE_STAGE_PATIENCE": str(_CALL_S)}
        features = _QUICK_FEATURES if options.quick else ()
        with (
            processes(folder, *_SERVICES, **settings) as suite,
            Api(suite.ports.target("orchestrator"), "known") as api,
        ):
            whole = _analysed(api, film, features)
            tell(f"the film: {whole.calls} calls, {whole.cpu_s:.1f} CPU-s")
            pairs = {}
            for number, (name, path) in enumerate(copies.items()):
                known = _analysed(api, path, features)
                if options.quick:
                    fresh = _expected(whole, known)
                else:
                    target = suite.ports.target("orchestrator")
                    with Api(target, f"fresh-{number}") as other:
                        fresh = _analysed(other, path, features)
                pairs[name] = _Pair(known, fresh)
                tell(_line(name, pairs[name]))
    # A copy that calls no model proves what it should: the film itself shows that models work.
    return _figures(whole, pairs), [whole.outcome]


def _copies(film: Path, other_sound: Path, folder: Path) -> dict[str, Path]:
    """Make the ten copies."""
    with av.open(str(film)) as container:
        length = (container.duration or 0) / av.time_base
    told = {"title": "Another title", "comment": "Told anew."}
    edits = {
        "MOV": Copy("film.mov"),
        "faststart": Copy("fast.mp4", muxer={"movflags": "faststart"}),
        "metadata": Copy("told.mp4", metadata=told),
        "Matroska": Copy("film.mkv"),
        "transport stream": Copy("film.ts"),
        "cut at the end": Copy("short.mp4", end_s=0.85 * length),
        "cut at the beginning": Copy("late.mp4", start_s=0.2 * length),
        "prolonged": Copy("long.mp4", behind=film),
        "other sound": Copy("heard.mp4", heard=other_sound),
    }
    made = {name: remuxed(film, folder, copy) for name, copy in edits.items()}
    return made | {"coded anew": _coded_anew(film, folder / "coded.mp4")}


def _coded_anew(film: Path, target: Path) -> Path:
    """Code the pictures and the sound once more."""
    with av.open(str(film)) as source, av.open(str(target), "w") as made:
        video, audio = source.streams.video[0], source.streams.audio[0]
        pictures = made.add_stream("libx264", rate=video.average_rate)
        pictures.width, pictures.height = video.width, video.height
        pictures.options = {"preset": "veryfast", "crf": "30"}
        sound = made.add_stream("aac", rate=audio.rate)
        for frame in source.decode(video, audio):
            if isinstance(frame, av.VideoFrame):
                made.mux(pictures.encode(frame))
            elif isinstance(frame, av.AudioFrame):
                made.mux(sound.encode(frame))
        made.mux([*pictures.encode(None), *sound.encode(None)])
    return target


def _analysed(api: Api, path: Path, features: tuple[str, ...]) -> _Run:
    before = cpu_used(os.getpid())
    request = job_pb2.SubmitJobRequest(features=features)
    request.inputs.add(uri=f"file://{path}")
    job = api.jobs.SubmitJob(request, timeout=_CALL_S).job
    query = job_pb2.QueryJobRequest(job_id=job.job_id)
    query.wait.seconds = _WAIT_S
    query.read_mask.paths.append("job")
    for _ in range(_WAITS):
        job = api.jobs.QueryJob(query, timeout=_CALL_S).job
        if job.HasField("end_time"):
            break
    used = total_s(difference(before, cpu_used(os.getpid())))
    asked = media_pb2.GetAnalysisRequest(
        media_id=job.media_id, view=analysis_pb2.ANALYSIS_VIEW_FULL
    )
    found = api.media.GetAnalysis(asked, timeout=_CALL_S).analysis
    calls = {stage.name: stage.model_calls for stage in job.stages}
    seen = sum(count for name, count in calls.items() if name not in _SOUND)
    return _Run(Outcome(path, job, found), sum(calls.values()), seen, used)


def _expected(whole: _Run, known: _Run) -> _Run:
    """Return what a fresh analysis of a copy should cost, by that of the film."""
    lengths = [one.outcome.analysis.media_info.duration.ToNanoseconds() for one in (known, whole)]
    share = lengths[0] / max(1, lengths[1])
    calls, seen = round(whole.calls * share), round(whole.picture_calls * share)
    return _Run(known.outcome, calls, seen, whole.cpu_s * share)


def _line(name: str, pair: _Pair) -> str:
    known, fresh = pair.known, pair.fresh
    return (
        f"{name}: {known.calls} calls ({known.picture_calls} of pictures), {known.cpu_s:.1f} CPU-s;"
        f" fresh {fresh.calls} ({fresh.picture_calls}), {fresh.cpu_s:.1f} CPU-s"
    )


def _figures(whole: _Run, pairs: Mapping[str, _Pair]) -> list[Measured]:
    same, losing = [pairs[one] for one in _REMUXES], [pairs[one] for one in _LOSING]
    film = _said(whole)
    differ = tuple(
        Case(name, None, "as the film", "otherwise", 1.0)
        for name in _REMUXES
        if _said(pairs[name].known) != film
    )
    three = f"{', '.join(_REMUXES)}; all features that were asked for"
    two = f"{', '.join(_LOSING)}, whose sound begins with the encoder's lead-in"
    said = "shots, labels, objects, text, words, sounds"
    figures = [
        Measured("re-mux: model calls", sum(one.known.calls for one in same), "", three),
        Measured("re-mux: analyses that differ", len(differ), "", said, cases=differ),
        Measured("re-mux: CPU", max(one.known.cpu_s / one.fresh.cpu_s for one in same), "share",
                 f"all processes, of a fresh analysis; the dearest of {three}"),
        Measured("re-mux to MKV, TS: calls about pictures",
                 sum(one.known.picture_calls for one in losing), "", two),
        Measured("re-mux to MKV, TS: model calls", max(one.share for one in losing), "share", two),
        Measured("other sound: calls about pictures", pairs["other sound"].known.picture_calls, "",
                 "the sound of another film"),
    ]  # fmt: skip
    for name in ("cut at the end", "prolonged", "cut at the beginning", "coded anew"):
        pair = pairs[name]
        how = f"of the {pair.fresh.calls} of a fresh analysis; CPU {_cpu(pair):.2f} of it"
        figures.append(Measured(f"{name}: model calls", pair.share, "share", how))
    return figures


def _cpu(pair: _Pair) -> float:
    return pair.known.cpu_s / pair.fresh.cpu_s


def _said(run: _Run) -> tuple[list[object], ...]:
    """Return what an analysis says, without which file it is of."""
    found = run.outcome.analysis
    return (
        list(found.shots), list(found.labels), list(found.objects), list(found.text_lines),
        list(found.utterances), list(found.sound_events),
    )  # fmt: skip
