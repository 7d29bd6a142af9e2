"""What the rendering process is asked and answers; JSON between two processes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from pydantic import TypeAdapter

from videre.exports.production_params.renditions import RenditionOptions
from videre.production.painting.jobs import Painted, PaintJob
from videre.production.rendering.assembly_job import AssemblyJob
from videre.production.rendering.sound_edits import SoundEdits
from videre.production.retouching.edits import Edits


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read.

    Args:
        path: of it.
        index: the file with its stored media index.
        identity: the same for the same bytes and index; empty = none is known.
    """

    path: str
    index: str
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a source, seconds from its origin; it lies inside the source."""

    source: int
    start: Fraction
    end: Fraction


@dataclass(frozen=True, slots=True)
class MixedTrack:
    """A track of a mix.

    Args:
        source: number of the source.
        role: "voice", "music" or "effects".
        begin: instant of the source at which it begins, seconds.
        end: instant of the source at which it ends, seconds.
        start: instant of the mix at which it begins, seconds.
        gain_db: beside what its role gives it.
        speech: stretches of the source in which somebody speaks, seconds; none = where it is loud.
    """

    source: int
    role: str
    begin: Fraction
    end: Fraction
    start: Fraction
    gain_db: float
    speech: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Mix:
    """What the sound is mixed of: LUFS, dBTP, dB."""

    tracks: tuple[MixedTrack, ...]
    loudness: float
    true_peak: float
    duck_db: float


@dataclass(frozen=True, slots=True)
class GlanceJob:
    """The frame that a preview shows.

    Args:
        at: instant of the output, seconds; None = its middle.
        made: file for the frame as it is made, PNG.
        source: file for the frame as it is in its source, PNG.
    """

    at: Fraction | None
    made: str
    source: str


@dataclass(frozen=True, slots=True)
class ChunkPlace:
    """Where encoded chunks outlive a run: a folder, and the renderer that made them."""

    folder: str
    renderer: str


@dataclass(frozen=True, slots=True)
class RenderJob:
    """One run of the renderer.

    Args:
        program: path of ffmpeg.
        folder: where the outputs are written; nothing else is in it.
        sources: what is read.
        segments: what of it, in the order of the output; at least one.
        renditions: what is made of them.
        picture: whether pictures are read.
        sound: whether sound is read.
        mix: what takes the place of the segments' sound; None = their own.
        shapes: filters that give each rendition its shape; empty = each has its own `fit`.
        edits: what is changed in the pictures of the first source; None = nothing.
        paint: how every frame is changed; None = frames stay as they are. Needs one segment.
        still: file of the one picture that is made, with its ending, instead of the renditions'.
        sound_edits: what is changed in the sound of the first source; None = nothing.
        assembly: a timeline that is carried out instead of the segments, which then only tell what
            of the sources is shown.
        glance: a frame that alone is made, of the first rendition; None = everything is.
        chunks: where chunks of long outputs stay; None = nowhere.
    """

    program: str
    folder: str
    sources: tuple[SourceFile, ...]
    segments: tuple[Segment, ...]
    renditions: tuple[RenditionOptions, ...]
    picture: bool
    sound: bool
    mix: Mix | None = None
    shapes: tuple[str, ...] = ()
    edits: Edits | None = None
    paint: PaintJob | None = None
    still: str = ""
    sound_edits: SoundEdits | None = None
    assembly: AssemblyJob | None = None
    glance: GlanceJob | None = None
    chunks: ChunkPlace | None = None


@dataclass(frozen=True, slots=True)
class MadeFacts:
    """What is in a file that was made.

    Args:
        file: its name in the folder.
        duration_ns: length.
        width: of the picture, pixels; 0 without one.
        height: of the picture, pixels; 0 without one.
        frames: number; 0 without a picture.
        frame_rate: frames a second; None where it varies or there is no picture.
        video_codec: of the picture; empty without one.
        audio_codec: of the sound; empty without it.
        sample_rate: of the sound; 0 without it.
        channels: of the sound; 0 without it.
        loudness: of a mix, LUFS; None of other files.
        true_peak: of a mix, dBTP; None of other files.
    """

    file: str
    duration_ns: int
    width: int = 0
    height: int = 0
    frames: int = 0
    frame_rate: Fraction | None = None
    video_codec: str = ""
    audio_codec: str = ""
    sample_rate: int = 0
    channels: int = 0
    loudness: float | None = None
    true_peak: float | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a run has made.

    Args:
        files: in the order of the renditions.
        cpu_seconds: that it took.
        frames: that were shown.
        painted: what was seen when frames changed.
        glimpsed: instant of the previewed frame in its source, nanoseconds; None where no source
            shows it by itself.
        chunks: names of the chunks that it was made of; none = of no chunks.
    """

    files: tuple[MadeFacts, ...]
    cpu_seconds: float
    frames: int
    painted: Painted | None = None
    glimpsed: int | None = None
    chunks: tuple[str, ...] = ()


JOB: Final = TypeAdapter(RenderJob)
RENDERED: Final = TypeAdapter(Rendered)
