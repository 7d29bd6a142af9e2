"""The figures of speed, from what was seen while the suite and the scripts worked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bench.constructed.media import FRAME_RATE
from bench.constructed.speed_captions import Caption
from bench.constructed.speed_film import Film
from bench.harness import Outcome
from bench.long_film import LongFilm
from bench.processes import Peaks, Used, decoding_s, total_s
from bench.references.reference import Reference
from bench.submits import Submits
from videre.cli.evaluation.figures import Measured
from videre.cli.evaluation.measures.texts import distance, folded
from videre.cli.evaluation.observed import observe

#: A line counts as read when at most this share of its letters differs.
_READ: Final = 0.2
_MB: Final = 1 << 20
#: What Submit may take: this, or so many times a commit on the same disk in the same run.
_SUBMIT_S: Final = 0.05
_COMMITS: Final = 10
_FRAME_STAGES: Final = (
    "objects", "classes", "faces", "nsfw", "colors", "frame_conditions", "picture_kinds",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything one run has seen.

    Args:
        film: what everything was measured on.
        captions: what is written in it.
        whole: the job that looked for everything.
        wall_s: its seconds from the upload's first byte to its end.
        used: what each process used meanwhile.
        peaks: peak memory, over that job, its second submit and their analyses.
        mute: the job without speech.
        mute_wall_s: its seconds.
        again: the second submit of the same bytes.
        again_s: its seconds, without the upload.
        text_frames: frames that were given to be read.
        fused: the film's evidence fused as a film of two hours.
        start_s: seconds of a start on a data folder that was used before.
        submits: Submit under load; None when the slots were not busy all the time.
        long_s: length of the film of `long_peaks`, seconds.
        long_peaks: peak memory while a film of hours was indexed and its signals kept.
        naive: the naive script.
        tuned: the naive script with the suite's engine settings.
        decode_alone_s: CPU-seconds of decoding the film's frames.
    """

    film: Film
    captions: Sequence[Caption]
    whole: Outcome
    wall_s: float
    used: Mapping[str, Used]
    peaks: Peaks
    mute: Outcome
    mute_wall_s: float
    again: Outcome
    again_s: float
    text_frames: int
    fused: LongFilm
    start_s: float
    submits: Submits | None
    long_s: float
    long_peaks: Peaks
    naive: Reference
    tuned: Reference
    decode_alone_s: float


def figures(seen: Observation) -> list[Measured]:
    """Return all figures."""
    return [
        *_speed(seen),
        *_references(seen),
        *_costs(seen),
        *_frames(seen),
        *_reading(seen),
        *_waiting(seen),
        *_memory(seen),
        *_mix(seen),
    ]


def _speed(seen: Observation) -> Iterator[Measured]:
    seconds = seen.film.seconds
    yield Measured(
        "real-time factor", seconds / seen.wall_s, "×",
        f"{seconds:.0f} s of film, everything, upload included, {seen.wall_s:.1f} s",
    )  # fmt: skip
    yield Measured(
        "real-time factor without speech", seconds / seen.mute_wall_s, "×",
        f"everything but speech, {seen.mute_wall_s:.1f} s",
    )  # fmt: skip
    yield Measured(
        "CPU-seconds per media-second", total_s(seen.used) / seconds, "",
        "all processes and their children, from /proc, while the film was worked on",
    )  # fmt: skip


def _references(seen: Observation) -> Iterator[Measured]:
    factor, cost = seen.film.seconds / seen.wall_s, total_s(seen.used) / seen.film.seconds
    for name, script in (("naive", seen.naive), ("tuned naive", seen.tuned)):
        of = f"its first {script.seconds:.0f} s, {script.calls} model calls, models loaded before"
        yield Measured(
            f"against the {name} script: real time", factor * script.wall_s / script.seconds, "×",
            f"{script.seconds / script.wall_s:.2f}× by the script: {of}",
        )  # fmt: skip
        yield Measured(
            f"against the {name} script: CPU", script.cpu_s / script.seconds / cost, "×",
            f"{script.cpu_s / script.seconds:.3f} CPU-s per media-s by the script: {of}",
        )  # fmt: skip


def _costs(seen: Observation) -> Iterator[Measured]:
    seconds, all_s = seen.film.seconds, total_s(seen.used)
    stages = {stage.name: stage.cpu_seconds for stage in seen.whole.job.stages}
    model_s = sum(stages.values())
    decode_s = decoding_s(seen.used)
    per = "CPU-s per media-s"
    yield Measured(
        "neither decode nor model: share", max(0.0, all_s - model_s - decode_s) / all_s, "",
        "CPU of all processes without the decoding children and what the engines report",
    )  # fmt: skip
    yield Measured(
        "decode: cost", decode_s / seconds, per,
        "the fork server and its children: index, frames, signals, pictures, sound",
    )  # fmt: skip
    yield Measured(
        "decode: frames alone", seen.decode_alone_s / seconds, per, "nothing but decoding, 1 thread"
    )
    yield Measured("OCR: cost", stages.get("text", 0.0) / seconds, per, "as the service reports")
    for name, cpu_s in sorted(stages.items(), key=lambda item: -item[1]):
        if cpu_s and name != "text":
            yield Measured(f"stage {name}: cost", cpu_s / seconds, per, "as the service reports")
    for name, used in sorted(seen.used.items()):
        how = f"itself; {used.ended_s / seconds:.4f} its ended children"
        yield Measured(f"process {name}: cost", used.own_s / seconds, per, how)


def _frames(seen: Observation) -> Iterator[Measured]:
    seconds = seen.film.seconds
    calls = {stage.name: stage.model_calls for stage in seen.whole.job.stages}
    for name in _FRAME_STAGES:
        extra = ", faces' embeddings included" if name == "faces" else ""
        yield Measured(f"{name}: calls per media-second", calls.get(name, 0) / seconds, "/s",
                       f"one a frame{extra}")  # fmt: skip
    yield Measured("text: frames per media-second", seen.text_frames / seconds, "/s",
                   "frames given to be read")  # fmt: skip
    for name in ("text", "speech", "sound", "shots", "music"):
        yield Measured(f"{name}: calls per media-second", calls.get(name, 0) / seconds, "/s",
                       "inferences")  # fmt: skip


def _reading(seen: Observation) -> Iterator[Measured]:
    """Compare with the scripts' reading, on what these were given."""
    answer = observe(seen.whole.job, seen.whole.analysis)
    lines = [(line.text, line.span.start_s, line.span.end_s) for line in answer.lines]
    of_suite = _read_share(seen, lines)
    yield Measured("captions read: suite", of_suite, "", _how_read(seen))
    for name, script in (("naive", seen.naive), ("tuned naive", seen.tuned)):
        said = [(text, at_s, at_s) for at_s, texts in script.texts for text in texts]
        share = _read_share(seen, said)
        yield Measured(f"captions read: {name} script", share, "", _how_read(seen))
        if of_suite is not None and share is not None:
            yield Measured(
                f"captions lost against the {name} script", max(0.0, share - of_suite), "",
                "of the lines that can be read",
            )  # fmt: skip


def _wanted(seen: Observation) -> list[tuple[str, float, float]]:
    """Return the lines that stand wholly in what the scripts were given: text, start, end."""
    return [
        (line, caption.first / FRAME_RATE, (caption.first + caption.frames) / FRAME_RATE)
        for caption in seen.captions
        for line in caption.lines
        if (caption.first + caption.frames) / FRAME_RATE <= seen.naive.seconds
    ]


def _how_read(seen: Observation) -> str:
    return (
        f"{len(_wanted(seen))} lines of the first {seen.naive.seconds:.0f} s, "
        f"read with at most {_READ:.0%} of the letters wrong"
    )


def _read_share(seen: Observation, lines: Sequence[tuple[str, float, float]]) -> float | None:
    wanted = _wanted(seen)
    if not wanted:
        return None
    read = 0
    for text, start_s, end_s in wanted:
        letters = folded(text)
        near = [folded(said) for said, first, last in lines if first < end_s and last >= start_s]
        read += any(distance(letters, said) <= _READ * len(letters) for said in near)
    return read / len(wanted)


def _waiting(seen: Observation) -> Iterator[Measured]:
    yield Measured(
        "second submit: model calls",
        float(seen.again.job.model_calls),
        "",
        "same bytes, same engines",
    )
    yield Measured("second submit: time", seen.again_s, "s", "from the end of the upload")
    fused = seen.fused
    yield Measured(
        "fusion and moderation of 2 h", fused.read_s + fused.fuse_s + fused.moderate_s, "s",
        f"{fused.records} records of {fused.seconds:.0f} s: reading {fused.read_s:.2f} s (of the "
        f"film, times its showings), fusing {fused.fuse_s:.2f} s, judging {fused.moderate_s:.2f} s",
    )  # fmt: skip
    yield Measured("fusion of 2 h: CPU", fused.fuse_cpu_s, "CPU-s",
                   "fusing alone, word lists read before")  # fmt: skip
    yield Measured("start to healthy", seen.start_s, "s", "all processes, on a used data folder")
    submits = seen.submits
    if submits is None:
        return
    allowed = max(_SUBMIT_S, _COMMITS * submits.commit_p99_s)
    how = f"{len(submits.submits_s)} jobs at 20/s while parts of the film kept the slots busy"
    yield Measured("submit: p99", submits.submit_p99_s * 1_000, "ms", how)
    yield Measured("submit: commit and fsync p99", submits.commit_p99_s * 1_000, "ms",
                   f"{len(submits.commits_s)} commits meanwhile, same disk")  # fmt: skip
    yield Measured("submit: p99 of what it may take", submits.submit_p99_s / allowed, "",
                   f"of {allowed * 1_000:.0f} ms: 50 ms, or 10 such commits")  # fmt: skip


def _memory(seen: Observation) -> Iterator[Measured]:
    yield Measured(
        "memory: all processes", seen.peaks.together / _MB, "MB",
        "resident memory of all together at its highest, looked at 4 times a second; a page that "
        "a forked process shares counts in each",
    )  # fmt: skip
    fused = seen.fused
    yield Measured(
        "fusion of 2 h: peak memory", fused.peak_bytes / _MB, "MB",
        f"a fresh process with the orchestrator's libraries; {fused.before_bytes / _MB:.0f} MB "
        "of it before: libraries, word lists, the evidence and signals of the film",
    )  # fmt: skip
    yield Measured(
        "memory: orchestrator, film of hours", seen.long_peaks.each.get("orchestrator", 0) / _MB,
        "MB",
        f"its peak with the index and signals of {seen.long_s / 3600:.2g} h at 25 frames a second",
    )  # fmt: skip
    for name, peak in sorted(seen.peaks.each.items()):
        yield Measured(f"memory: {name}", peak / _MB, "MB", "peak of one process of the name")


def _mix(seen: Observation) -> Iterator[Measured]:
    mix, how = seen.film.mix, f"of the {seen.film.seconds:.0f} s film"
    yield Measured("film: speech", mix.speech, "", f"share {how} with a recording of speech")
    yield Measured("film: text", mix.text, "", f"share of the frames {how} with a caption or sign")
    yield Measured("film: faces", mix.faces, "", f"share of a frame a second {how}")
    yield Measured("film: cuts", mix.cuts_per_minute, "/min", f"hard cuts {how}")
    yield Measured("film: frames like another shot's", mix.alike, "",
                   "of a frame a second, by a perceptual hash")  # fmt: skip
