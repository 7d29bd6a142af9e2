"""Frame numbers, times, timecodes, facts and sound beside the truth of constructed clips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from bench.constructed.exact_clips import Truth
from bench.edge import Seen
from videre.cli.evaluation.figures import Case, Measured

#: What the media edge says of each clip.
Pairs = Sequence[tuple[Truth, Seen]]


def edge_figures(pairs: Pairs) -> list[Measured]:
    """Return the figures of the media edge."""
    frames = sum(len(truth.numbers) for truth, _ in pairs)
    kept = sum(len(seen.kept) for _, seen in pairs)
    beeps = sum(len(truth.beeps) for truth, _ in pairs)
    return [
        Measured("clips: kinds", len(pairs), "kinds", f"{frames} frames, {beeps} beeps"),
        counted(
            "frames: wrong", "frames", [case for pair in pairs for case in _numbers(*pair)],
            f"number shown ≠ number named; {frames} frames in one pass, again after a seek, and "
            f"{kept} pictures kept for the engines",
        ),
        counted(
            "offsets: wrong", "frames", [case for pair in pairs for case in _offsets(*pair)],
            f"start ≠ floor to the nanosecond of the exact time; {frames} frames and the ends",
        ),
        counted(
            "timecodes: wrong", "frames", [case for pair in pairs for case in _labels(*pair)],
            f"SMPTE 12M counted up one by one; {frames} frames and the ends",
        ),
        counted(
            "facts: wrong", "facts", [case for pair in pairs for case in _facts(*pair)],
            "displayed size, rotation, rate, variability, pixel format, transfer, channels, "
            "tracks, language",
        ),
        *_sounds(pairs),
    ]  # fmt: skip


def counted(name: str, unit: str, cases: Sequence[Case], how: str) -> Measured:
    """Return a figure that counts cases."""
    return Measured(name, len(cases), unit, how, cases=tuple(cases))


def nanoseconds(seconds: Fraction) -> int:
    """Return the floor to the nanosecond."""
    value = seconds * 10**9
    return value.numerator // value.denominator


def _numbers(truth: Truth, seen: Seen) -> Iterator[Case]:
    whole = list(enumerate(truth.numbers))
    count = seen.index.video.frame_count if seen.index.video is not None else 0
    yield from _differ(truth.name, whole, seen.passed, "frame shows")
    yield from _differ(truth.name, whole[count // 2 :], seen.sought, "after a seek, frame shows")
    for kept in seen.kept:
        expected = truth.numbers[kept.frame] if kept.frame < len(truth.numbers) else None
        if kept.number != expected or kept.size != truth.size:
            yield Case(
                truth.name, kept.time_ns / 1e9,
                f"picture of frame {kept.frame}: {expected}, {truth.size}",
                f"{kept.number}, {kept.size}",
            )  # fmt: skip


def _differ(
    name: str, expected: Sequence[tuple[int, int]], got: Sequence[tuple[int, int]], what: str
) -> Iterator[Case]:
    wanted, found = dict(expected), dict(got)
    for place in sorted(wanted.keys() | found.keys()):
        if wanted.get(place) != found.get(place):
            yield Case(name, None, f"{what} {wanted.get(place)}", str(found.get(place)))


def _offsets(truth: Truth, seen: Seen) -> Iterator[Case]:
    if not truth.starts:
        return
    starts = [nanoseconds(start) for start in truth.starts]
    ends = [nanoseconds(truth.end)]
    got = seen.index.frame_starts_ns.tolist()
    yield from _differ(truth.name, [*enumerate(starts)], [*enumerate(got)], "start")
    yield from _differ(truth.name, [*enumerate(starts)], seen.signals, "start in signals")
    yield from _differ(
        truth.name, [*enumerate(ends)], [(0, seen.index.video_end_ns)], "end of the last frame"
    )
    for kept in seen.kept:
        if kept.frame >= len(starts) or kept.time_ns != starts[kept.frame]:
            yield Case(truth.name, None, f"picture of frame {kept.frame}", f"{kept.time_ns} ns")


def _labels(truth: Truth, seen: Seen) -> Iterator[Case]:
    if truth.labels:
        yield from _differ_in_words(truth.name, truth.labels, seen.labels)


def _differ_in_words(name: str, expected: Sequence[str], got: Sequence[str]) -> Iterator[Case]:
    if len(expected) != len(got):
        yield Case(name, None, f"{len(expected)} timecodes", f"{len(got)} timecodes")
    for wanted, found in zip(expected, got, strict=False):
        if wanted != found:
            yield Case(name, None, wanted, found)


def _facts(truth: Truth, seen: Seen) -> Iterator[Case]:
    video, audio = seen.index.video, seen.index.audio
    facts: list[tuple[str, object, object]] = [
        ("audio tracks", truth.tracks, seen.index.audio_stream_count)
    ]
    if video is not None:
        facts.append(("size", truth.size, (video.width, video.height)))
        facts.append(("rotation", truth.rotation, video.rotation))
    if video is not None and truth.starts:
        facts += [
            ("rate", truth.rate, video.average_rate),
            ("variable", truth.variable, video.variable_rate),
            ("pixel format", truth.pixel_format, video.pixel_format),
            ("transfer", truth.transfer, video.color_transfer),
        ]
    if audio is not None:
        facts.append(("channels", truth.channels, audio.channels))
        facts.append(("language", truth.language, audio.language))
    for name, expected, got in facts:
        if expected != got:
            yield Case(truth.name, None, f"{name} {expected}", str(got))


def _sounds(pairs: Pairs) -> Iterator[Measured]:
    """Yield the worst distance of a beep from where it was put, per kind of codec."""
    kinds = {
        "lossless": [pair for pair in pairs if pair[0].beeps and pair[0].lossless],
        "lossy": [pair for pair in pairs if pair[0].beeps and not pair[0].lossless],
    }
    for kind, members in kinds.items():
        cases = [case for pair in members for case in _beeps(*pair)]
        yield Measured(
            f"sound: {kind} beep error",
            max((case.weight for case in cases), default=None),
            "ms",
            f"{len(cases)} beeps, on the clock that the frames have too; missing = 1,000",
            cases=tuple(cases),
        )


def _beeps(truth: Truth, seen: Seen) -> Iterator[Case]:
    for number, at in enumerate(truth.beeps):
        found = seen.beeps[number] if len(seen.beeps) == len(truth.beeps) else None
        error = 1000.0 if found is None else abs(found - at) * 1000
        yield Case(truth.name, at, f"beep at {at:.4f} s", str(seen.beeps), weight=error)
