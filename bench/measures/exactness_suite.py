"""Shots, offsets, timecodes and media facts as the API gives them, beside constructed truth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from bench.constructed.exact_clips import Truth
from bench.harness import Outcome
from bench.measures.exactness import counted, nanoseconds
from videre.cli.evaluation.figures import Case, Measured
from videre.v1 import analysis_pb2

Pairs = Sequence[tuple[Truth, Outcome]]
Shots = Sequence[analysis_pb2.Shot]


def suite_figures(pairs: Pairs) -> list[Measured]:
    """Return the figures of the whole suite."""
    spans = sum(len(outcome.analysis.shots) for _, outcome in pairs)
    how = f"{spans} shots of {len(pairs)} clips"
    return [
        counted("suite: shots wrong", "shots", [c for p in pairs for c in _shots(*p)],
                f"first or last frame ≠ the truth's; {how}"),
        counted("suite: offsets wrong", "offsets", [c for p in pairs for c in _offsets(*p)],
                f"start or end ≠ the exact time; {how}"),
        counted("suite: timecodes wrong", "timecodes", [c for p in pairs for c in _codes(*p)],
                f"or marked approximate where the rate does not vary; {how}"),
        counted("suite: facts wrong", "facts", [c for p in pairs for c in _facts(*p)],
                "media_info: size, rotation, rate, variability, frames, channels, tracks"),
    ]  # fmt: skip


def _shots(truth: Truth, outcome: Outcome) -> Iterator[Case]:
    if not truth.starts:
        return
    firsts = (0, *truth.cuts)
    expected = list(zip(firsts, (*truth.cuts, len(truth.numbers)), strict=True))
    got = [(shot.span.start_frame, shot.span.end_frame) for shot in outcome.analysis.shots]
    if expected != got:
        yield Case(truth.name, None, str(expected), f"{got} {outcome.error}")


def _offsets(truth: Truth, outcome: Outcome) -> Iterator[Case]:
    if not truth.starts:
        return
    times = [nanoseconds(time) for time in (*truth.starts, truth.end)]
    for shot in outcome.analysis.shots:
        span = shot.span
        for frame, offset in (
            (span.start_frame, span.start_offset.ToNanoseconds()),
            (span.end_frame, span.end_offset.ToNanoseconds()),
        ):
            if frame >= len(times) or offset != times[frame]:
                wanted = str(times[frame]) if frame < len(times) else "no such frame"
                yield Case(truth.name, None, f"frame {frame} at {wanted} ns", f"{offset} ns")


def _codes(truth: Truth, outcome: Outcome) -> Iterator[Case]:
    if not truth.labels:
        return
    for shot in outcome.analysis.shots:
        span = shot.span
        got = (span.start_timecode, span.end_timecode, span.timecode_approximate)
        frames = (span.start_frame, span.end_frame)
        known = [truth.labels[frame] for frame in frames if frame < len(truth.labels)]
        if got != (*known, truth.variable):
            yield Case(truth.name, None, f"{known}, varies: {truth.variable}", str(got))


def _facts(truth: Truth, outcome: Outcome) -> Iterator[Case]:
    info = outcome.analysis.media_info
    video = info.video
    facts: list[tuple[str, object, object]] = [
        ("size", truth.size, (video.width, video.height)),
        ("rotation", truth.rotation, video.rotation_degrees),
        ("channels", truth.channels, info.audio.channels),
        ("language", truth.language, info.audio.language_code),
        ("tracks", truth.tracks, info.audio_stream_count),
        ("frames", len(truth.numbers), video.frame_count),
        ("transfer", truth.transfer, video.color_transfer),
        ("variable", truth.variable, video.variable_frame_rate),
    ]
    if truth.starts:
        rate = Fraction(video.frame_rate_numerator, video.frame_rate_denominator or 1)
        facts.append(("rate", truth.rate, rate))
    for name, expected, got in facts:
        if expected != got:
            yield Case(truth.name, None, f"{name} {expected}", str(got))
