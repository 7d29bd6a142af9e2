"""From stretches of inputs to files in the task's folder: what functions that encode share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Final

from videre.common.engine import EngineSpec, Tier
from videre.common.errors import Reason, VidereError, invalid
from videre.common.models import ModelStore
from videre.exports.production_params.cuts import Part
from videre.exports.production_params.presets import DEFAULT_PRESET, PRESETS
from videre.exports.production_params.preview import Glance
from videre.exports.production_params.renditions import RenditionOptions, rendition_of
from videre.exports.production_params.sound import SOUND_PRESET
from videre.production.encoding import FORMATS
from videre.production.functions.base import Glimpse, Input, Made, Work
from videre.production.painting.jobs import KeyJob, MatteJob, PaintJob
from videre.production.previewing.moment import heard
from videre.production.rendering.assembly_job import AssemblyJob
from videre.production.rendering.job import (
    JOB,
    RENDERED,
    ChunkPlace,
    GlanceJob,
    MadeFacts,
    Mix,
    Rendered,
    RenderJob,
    Segment,
    SourceFile,
)
from videre.production.rendering.process import run_child
from videre.production.rendering.program import Program, find_program
from videre.production.rendering.sound_edits import SoundEdits
from videre.production.retouching.edits import Edits
from videre.v1.production_pb2 import Rendition

_MODULE: Final = "videre.production.rendering.child"
_DONE: Final = 0.98
#: What a preview that is listened to is.
_LISTENED: Final = rendition_of(Rendition(name="preview", preset=SOUND_PRESET))


def rendering_spec(feature: str) -> EngineSpec:
    """Return the description of a function that encodes."""
    return EngineSpec(
        feature=feature,
        name=feature,
        version="1",
        tier=Tier.BUNDLED,
        licence="ffmpeg: GPL-3.0-or-later, run as a program",
        max_call_seconds=3_600.0,
        cpu_seconds_per_item=0.01,
    )


class RenderingFunction:
    """What the functions that encode have in common: their description and the program."""

    feature = ""
    _program: Program

    def __init__(self, ffmpeg: Path | None) -> None:
        """Take the path of the program; None = the packaged one."""
        self._ffmpeg = ffmpeg

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return rendering_spec(self.feature)

    def load(self, models: ModelStore) -> None:
        """Find the program."""
        self._program = find_program(self._ffmpeg)

    def make(
        self,
        work: Work,
        fields: Sequence[str],
        parts: Sequence[Part],
        renditions: Sequence[RenditionOptions],
        shapes: Sequence[str] = (),
        edits: Edits | None = None,
        sound_edits: SoundEdits | None = None,
    ) -> list[Made]:
        """Encode parts of inputs, one after the other, in every rendition.

        Args:
            work: the task.
            fields: of the task in which each part stands.
            parts: what is kept, in order.
            renditions: what is made of it.
            shapes: filters that give each rendition its shape; empty = its `fit` does.
            edits: what is changed in the pictures of the first input; None = nothing.
            sound_edits: what is changed in the sound of the first input; None = nothing.

        Raises:
            VidereError: NO_TRACK, FIELD_INVALID, DECODE_FAILED, DECODE_LIMIT, ENGINE_FAILED.
        """
        names = list(dict.fromkeys(part.input for part in parts))
        inputs = {name: work.input(name) for name in names}
        picture, sound = tracks(list(inputs.values()), renditions)
        segments = tuple(
            Segment(names.index(part.input), *within(inputs[part.input], part, where))
            for part, where in zip(parts, fields, strict=True)
        )
        return self.encode(
            work, inputs, segments, renditions, picture=picture, sound=sound, shapes=shapes,
            edits=edits, sound_edits=sound_edits,
        )  # fmt: skip

    def encode(
        self,
        work: Work,
        inputs: Mapping[str, Input],
        segments: tuple[Segment, ...],
        renditions: Sequence[RenditionOptions],
        *,
        picture: bool,
        sound: bool,
        mix: Mix | None = None,
        shapes: Sequence[str] = (),
        edits: Edits | None = None,
        paint: PaintJob | None = None,
        still: str = "",
        sound_edits: SoundEdits | None = None,
        assembly: AssemblyJob | None = None,
    ) -> list[Made]:
        """Encode segments of inputs, which they count in the inputs' order.

        Args:
            work: the task.
            inputs: by name.
            segments: what is kept of them.
            renditions: what is made.
            picture: whether pictures are read.
            sound: whether sound is read.
            mix: what takes the place of their sound.
            shapes: as of `make`.
            paint: how each frame is changed.
            still: name of the one picture that is made instead of renditions.
            assembly: the timeline that is carried out instead.

        For a preview one frame is made of all that, or seconds of sound; what has no picture is
        heard, but for timelines.

        Raises:
            VidereError: DECODE_FAILED, DECODE_LIMIT, ENGINE_FAILED.
        """
        job = RenderJob(
            program=self._program.path,
            folder=str(work.folder),
            sources=tuple(_source(work.folder, given) for given in inputs.values()),
            chunks=self._chunk_place(work),
            segments=segments,
            renditions=tuple(renditions),
            picture=picture,
            sound=sound,
            mix=mix,
            shapes=tuple(shapes),
            edits=edits,
            paint=paint,
            still=still,
            sound_edits=sound_edits,
            assembly=assembly,
        )
        return self._carried_out(work, job)

    def _carried_out(self, work: Work, job: RenderJob) -> list[Made]:
        """Return what a job makes, or its preview."""
        if work.preview is not None and not job.still:
            listened = _listened(job, work.preview)
            if listened is None:
                return [self._glimpsed(work, job, work.preview)]
            job = listened
        rendered = _run(work, job)
        if job.still:
            return [_still(work.folder, rendered)]
        return [
            replace(self._made(work.folder, one, facts), painted=rendered.painted)
            for one, facts in zip(job.renditions, rendered.files, strict=True)
        ]

    def _chunk_place(self, work: Work) -> ChunkPlace | None:
        if work.chunks is None:
            return None
        return ChunkPlace(str(work.chunks.folder), self._program.version)

    def _glimpsed(self, work: Work, job: RenderJob, preview: Glance) -> Made:
        """Return the one frame of a job that its preview shows."""
        number = next((n for n, one in enumerate(job.renditions) if one.preset.video), 0)
        # Every call of a task writes files of its own.
        made, source = (f".glance-{len(list(work.folder.iterdir()))}-{end}.png" for end in "ms")
        few = replace(
            job,
            renditions=(replace(job.renditions[number], preset=PRESETS[DEFAULT_PRESET]),),
            shapes=job.shapes[number : number + 1],
            sound=False,
            mix=None,
            sound_edits=None,
            glance=GlanceJob(preview.at, made, source),
        )
        rendered = _run(work, few)
        cuts_out = isinstance(job.paint, KeyJob | MatteJob) and job.paint.behind.clear
        return Made(
            name=made,
            role="picture",
            media_type="image/png",
            data=work.folder / made,
            renderer=self._program.version,
            painted=rendered.painted,
            glimpse=Glimpse(
                file=None if rendered.glimpsed is None else work.folder / source,
                ns=rendered.glimpsed or 0,
                edits=job.edits,
                outline=work.folder / made if cuts_out else None,
            ),
        )

    def _made(self, folder: Path, one: RenditionOptions, facts: MadeFacts) -> Made:
        kind = one.preset.media_type
        if not facts.video_codec:
            kind = kind.replace("video/", "audio/")
        return Made(
            name=facts.file,
            role="video" if facts.video_codec else "audio",
            media_type=kind,
            data=folder / facts.file,
            facts=facts,
            renderer=self._program.version,
        )


def _listened(job: RenderJob, glance: Glance) -> RenderJob | None:
    """Return the job of a preview that is heard; None where a frame is shown.

    Raises:
        VidereError: FIELD_INVALID, the instant lies behind the end.
    """
    seen = job.picture and any(one.preset.video for one in job.renditions)
    if not glance.sound and (seen or job.assembly is not None):
        return None
    # A function of sound has its few seconds already, as what it works on.
    segments = job.segments if glance.sound else heard(job.segments, glance)
    return replace(
        job, segments=segments, renditions=(_LISTENED,), shapes=(), picture=False, edits=None,
        paint=None,
    )  # fmt: skip


def _run(work: Work, job: RenderJob) -> Rendered:
    answer = run_child(
        _MODULE,
        JOB.dump_json(job),
        check=work.check,
        share=lambda share: work.progress(share * _DONE),
    )
    rendered = RENDERED.validate_python(answer)
    work.spent(rendered.cpu_seconds, rendered.frames)
    if work.chunks is not None:
        work.chunks.keys.extend(rendered.chunks)
    return rendered


def _still(folder: Path, rendered: Rendered) -> Made:
    (facts,) = rendered.files
    form = next(one for one in FORMATS.values() if facts.file.endswith(f".{one.suffix}"))
    return Made(
        name=facts.file,
        role="picture",
        media_type=form.media_type,
        data=folder / facts.file,
        facts=facts,
        painted=rendered.painted,
    )


def _source(folder: Path, given: Input) -> SourceFile:
    index = folder / f".{given.name}.index"
    index.write_bytes(given.index)
    return SourceFile(str(given.path), str(index), given.identity)


def tracks(inputs: Sequence[Input], renditions: Sequence[RenditionOptions]) -> tuple[bool, bool]:
    """Return whether pictures and whether sound are read.

    Raises:
        VidereError: NO_TRACK, a rendition would be empty; FIELD_INVALID, an input is no film.
    """
    for given in inputs:
        if given.media.kind not in ("video", "audio"):
            raise VidereError(
                Reason.NO_TRACK,
                f"input {given.name!r} is a {given.media.kind}: it has no moving pictures or sound",
                metadata={"input": given.name, "actual": given.media.kind},
            )
    picture = any(given.media.pictures is not None for given in inputs)
    sound = any(given.media.sound is not None for given in inputs)
    for one in renditions:
        if not (picture and one.preset.video) and not (sound and one.with_sound):
            raise VidereError(
                Reason.NO_TRACK,
                f"{one.name} would be empty: preset {one.preset.name} keeps nothing of the input",
                metadata={"field": "preset", "actual": one.preset.name},
            )
    return picture, sound


def within(given: Input, part: Part, field: str) -> tuple[Fraction, Fraction]:
    """Return a part's start and end, not beyond the input's end.

    Raises:
        VidereError: FIELD_INVALID, it begins at or behind the input's end.
    """
    end = given.media.end
    if part.stretch.start >= end:
        words = f"begins at {float(part.stretch.start):g} s, the input ends at {float(end):g} s"
        limit, actual = f"before {float(end):g} s", f"{float(part.stretch.start):g} s"
        raise invalid(field, words, limit=limit, actual=actual)
    last = end if part.stretch.end is None else min(part.stretch.end, end)
    return part.stretch.start, last
