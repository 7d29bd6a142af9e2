"""What became of one file of each format: opened and understood, or refused with a clear reason."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from bench.constructed.formats import BEEPS, CUTS, FRAMES, SECONDS, SIZE, VENDOR_NAMES, Sample
from bench.harness import Outcome
from videre.cli.evaluation.figures import Case, Measured
from videre.orchestrator.media.index import MediaKind
from videre.v1 import analysis_pb2, job_pb2

_KINDS = {
    MediaKind.VIDEO: analysis_pb2.MEDIA_KIND_VIDEO,
    MediaKind.AUDIO: analysis_pb2.MEDIA_KIND_AUDIO,
    MediaKind.IMAGE: analysis_pb2.MEDIA_KIND_IMAGE,
}
#: A container's own lead-in and padding of sound may add this to a film, seconds.
_PADDING_S = 0.15
#: How far lead-in that a container does not tell of may move the sound, seconds: 1,105 samples of
#: MP3 later in AVI and FLV, 2,048 of WMA earlier where the decoder has thrown them away.
_LEAD_IN_S = 0.05
_REFUSAL = re.compile(r"(MEDIA_UNREADABLE|URI_FORBIDDEN): .+$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the page: a file and the answer; texts are empty where there is nothing.

    Args:
        how: "upload" or "file://".
        answer: "opened" or "refused".
        holds: kind, container and codecs, or the reason of the refusal.
        frames, shots: counts; None without video.
        wrong: what is not as it should be.
    """

    format: str
    file: str
    origin: str
    how: str
    answer: str
    holds: str
    seconds: float | None
    frames: int | None
    shots: int | None
    wrong: tuple[str, ...]

    def as_data(self) -> dict[str, object]:
        """Return the row as plain data."""
        return asdict(self)


def row(sample: Sample, outcome: Outcome, how: str, beeps: Sequence[float] = ()) -> Row:
    """Return the line of a file.

    Args:
        beeps: where the decoded sound of a made file begins after silence, seconds.
    """
    info = outcome.analysis.media_info
    refusal = _REFUSAL.search(outcome.error)
    opened = not outcome.error
    moving = opened and info.HasField("video") and sample.kind is MediaKind.VIDEO
    return Row(
        format=sample.format,
        file=sample.name,
        origin=sample.origin,
        how=how,
        answer="opened" if opened else "refused",
        holds=_holds(info) if opened else (refusal[0] if refusal else outcome.error),
        seconds=info.duration.ToNanoseconds() / 1e9 if opened else None,
        frames=info.video.frame_count if moving else None,
        shots=len(outcome.analysis.shots) if moving else None,
        wrong=tuple(_wrong(sample, outcome, beeps)),
    )


def _holds(info: analysis_pb2.MediaInfo) -> str:
    codecs = [track.codec for track in (info.video, info.audio) if track.codec]
    return f"{info.container.split(',')[0]}: {' + '.join(codecs)}"


def _wrong(sample: Sample, outcome: Outcome, beeps: Sequence[float]) -> Iterator[str]:
    if sample.kind is None:
        if not outcome.error:
            yield "it was not refused"
        elif not _REFUSAL.search(outcome.error):
            yield f"the reason is unclear: {outcome.error}"
        return
    if outcome.error:
        yield f"refused: {outcome.error}"
        return
    if outcome.job.state != job_pb2.JOB_STATE_SUCCEEDED:
        yield f"ended {job_pb2.JobState.Name(outcome.job.state)}"
    if outcome.analysis.media_info.kind != _KINDS[sample.kind]:
        yield f"taken for {analysis_pb2.MediaKind.Name(outcome.analysis.media_info.kind)}"
    if sample.made:
        yield from _wrong_film(sample, outcome.analysis, beeps)
    elif sample.kind is MediaKind.VIDEO and not outcome.analysis.shots:
        yield "no shot"


def _wrong_film(
    sample: Sample, analysis: analysis_pb2.Analysis, beeps: Sequence[float]
) -> Iterator[str]:
    info = analysis.media_info
    if sample.kind is MediaKind.IMAGE:
        if (info.video.coded_width, info.video.coded_height) != SIZE:
            yield f"{info.video.coded_width}×{info.video.coded_height} pixels"
        return
    if sample.kind is MediaKind.VIDEO:
        if info.video.frame_count != FRAMES:
            yield f"{info.video.frame_count} frames"
        firsts = tuple(shot.span.start_frame for shot in analysis.shots)
        if firsts != (0, *CUTS):
            yield f"shots begin at {firsts}"
    seconds = info.duration.ToNanoseconds() / 1e9
    if abs(seconds - SECONDS) > _PADDING_S:
        yield f"{seconds:.2f} s"
    if sample.beeps:
        yield from _unheard(beeps, analysis)


def _unheard(beeps: Sequence[float], analysis: analysis_pb2.Analysis) -> Iterator[str]:
    if len(beeps) != len(BEEPS) or any(
        abs(at - put) > _LEAD_IN_S for at, put in zip(beeps, BEEPS, strict=True)
    ):
        yield f"beeps begin at {[round(at, 3) for at in beeps]} s"
    if all(part.kind == analysis_pb2.AUDIO_KIND_SILENCE for part in analysis.audio_segments):
        yield "nothing is heard"


def format_figures(rows: Sequence[Row], touched: Sequence[str]) -> list[Measured]:
    """Return the figures of all files."""
    wrong = [
        Case(line.file, None, f"{line.format}, {line.how}", "; ".join(line.wrong))
        for line in rows
        if line.wrong
    ]
    named = {r.format.split(" ")[0] for r in rows if not r.wrong}
    opened = {r.format for r in rows if r.answer == "opened"}
    missing = [name for name in VENDOR_NAMES if name not in named]
    real = sum(line.origin == "real" for line in rows)
    canaries = [Case("canary", None, "untouched", words) for words in touched]
    return [
        Measured(
            "formats: of the vendor's 22", len(VENDOR_NAMES) - len(missing), "names",
            "with a file that was opened and analysed, or refused with a clear reason",
            cases=tuple(Case(name, None, "a right answer", "none") for name in missing),
        ),
        Measured("formats: opened", len(opened), "formats", "of at least one file"),
        Measured("files: made", len(rows) - real, "files", _origins(rows)),
        Measured("files: real", real, "files", "of the set, where there is one"),
        Measured(
            "files: wrong answers", len(wrong), "files",
            "kind, frames, shots, length, beeps of made ones; kind and a shot of real ones; "
            "a reason in words for what is refused",
            cases=tuple(wrong),
        ),
        Measured(
            "canaries: touched", len(canaries), "times",
            "a pipe and a listener that scripts, lists and projects point at",
            cases=tuple(canaries),
        ),
    ]  # fmt: skip


def _origins(rows: Sequence[Row]) -> str:
    counts = Counter(line.origin for line in rows)
    return ", ".join(f"{count} {origin}" for origin, count in counts.items())
