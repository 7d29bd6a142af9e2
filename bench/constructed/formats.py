"""One file or more of every format: real ones of a set, and ones made from one short film.

The film is three seconds of 25 numbered frames a second with cuts at 30 and 50, and three beeps.
What ffmpeg can write, ffmpeg writes; what it cannot, `containers` puts together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.constructed.containers import write_heic, write_nsv, write_ogm, write_vcd_dat
from bench.constructed.foreign_files import foreign_files
from bench.ffmpeg import convert
from bench.options import Options
from tests import synth
from videre.orchestrator.media.index import MediaKind

CUTS: Final = (30, 50)
BEEPS: Final = (0.5, 1.3, 2.1)
FRAMES: Final = 75
SECONDS: Final = 3.0
SIZE: Final = (352, 288)
#: The formats that the cloud service for video labels lists.
VENDOR_NAMES: Final = (
    "AVI", "MPEG", "MPG", "DAT", "DIVX", "XVID", "RM", "RMVB", "MOV", "QT", "ASF", "WMV", "VOB",
    "3GP", "MP4", "FLV", "AVS", "MKV", "TS", "OGM", "NSV", "SWF",
)  # fmt: skip
_RATE: Final = 44_100
#: What a quick run tries, one file each.
_QUICK: Final = frozenset({*VENDOR_NAMES, "MXF", "MTS", "WAV", "MP3", "JPEG", "AVIF"})


@dataclass(frozen=True, slots=True)
class Sample:
    """One file.

    Args:
        format: name of the format.
        name: of the file.
        origin: "real", "ffmpeg" or "by hand".
        path: where it lies.
        kind: what it must be understood as; None = it must be refused.
        made: whether it holds the short film (or one picture, or the sound, of it).
        beeps: whether its sound can be heard: some formats are made without.
    """

    format: str
    name: str
    origin: str
    path: Path
    kind: MediaKind | None
    made: bool = True
    beeps: bool = True


@dataclass(frozen=True, slots=True)
class _Recipe:
    """How ffmpeg makes one file of the film: options of the output; a container's own program."""

    format: str
    name: str
    options: tuple[str, ...]
    kind: MediaKind = MediaKind.VIDEO
    beeps: bool = True


def _video(format_: str, name: str, options: str, *, beeps: bool = True) -> _Recipe:
    return _Recipe(format_, name, tuple(options.split()), beeps=beeps)


def _sound(format_: str, name: str, options: str) -> _Recipe:
    return _Recipe(format_, name, ("-vn", *options.split()), MediaKind.AUDIO)


def _still(format_: str, name: str, options: str) -> _Recipe:
    return _Recipe(format_, name, (*_ONE_PICTURE, *options.split()), MediaKind.IMAGE, beeps=False)


_ONE_PICTURE: Final = ("-an", "-frames:v", "1")
_X264: Final = "-c:v libx264 -preset ultrafast -crf 20 -pix_fmt yuv420p -g 25"
_X265: Final = "-c:v libx265 -x265-params log-level=none"
_MPEG4: Final = "-c:v mpeg4 -q:v 3 -g 25 -c:a libmp3lame -b:a 128k"
_MPEG1: Final = "-c:v mpeg1video -b:v 2M -g 15 -bf 2 -c:a mp2"
_MPEG2: Final = "-c:v mpeg2video -b:v 4M -g 15 -bf 2"
#: AVI of MPEG-4 and MP3: from it the OGM and NSV files are put together.
_XVID: Final = "film.xvid"
#: The vendor's names in its order, but those made by hand; then what else is common.
_VIDEO: Final = (
    _video("AVI", "film.avi", f"{_X264} -bf 0 -c:a libmp3lame"),
    _video("MPEG", "film.mpeg", f"{_MPEG1} -f mpeg"),
    _video("MPG", "film.mpg", f"{_MPEG2} -c:a mp2 -f mpeg"),
    _video("DIVX", "film.divx", f"{_MPEG4} -vtag DIVX -f avi"),
    _video("XVID", _XVID, f"{_MPEG4} -vtag XVID -f avi"),
    _video("RM", "film.rm", "-c:v rv10 -b:v 600k -c:a ac3"),
    _video("RMVB", "film.rmvb", "-c:v rv20 -b:v 600k -c:a ac3 -f rm"),
    _video("MOV", "film.mov", f"{_X264} -c:a aac"),
    _video("QT", "film.qt", "-c:v mjpeg -q:v 4 -c:a pcm_s16le -f mov"),
    _video("ASF", "film.asf", "-c:v msmpeg4 -b:v 1M -c:a wmav2"),
    _video("WMV", "film.wmv", "-c:v wmv2 -b:v 1M -c:a wmav2"),
    _video("VOB", "film.vob", f"{_MPEG2} -c:a ac3 -f vob"),
    _video("3GP", "film.3gp", "-c:v h263 -b:v 1M -ar 8000 -ac 1 -c:a libopencore_amrnb"),
    _video("MP4", "film.mp4", f"{_X264} -c:a aac -movflags +faststart"),
    _video("MP4", "film.hevc.mp4", f"{_X265} -c:a aac"),
    _video("MP4", "film.av1.mp4", "-c:v libsvtav1 -preset 12 -crf 20 -svtav1-params lp=1 -c:a aac"),
    _video("FLV", "film.flv", "-c:v flv1 -b:v 1M -c:a libmp3lame"),
    _video("MKV", "film.mkv", f"{_X264} -c:a libopus"),
    _video("TS", "film.ts", f"{_X264} -c:a aac"),
    _video("SWF", "film.swf", "-c:v flv1 -b:v 1M -c:a libmp3lame"),
    _video("MXF", "film.mxf", "-c:v mpeg2video -b:v 5M -g 12 -c:a pcm_s16le -ar 48000"),
    _video("MTS", "film.mts", f"{_X264} -c:a ac3 -f mpegts -mpegts_m2ts_mode 1"),
    _video("WebM", "film.webm", "-c:v libvpx -b:v 1M -deadline realtime -c:a libvorbis"),
    _video("OGV", "film.ogv", "-c:v libtheora -q:v 7 -c:a libvorbis"),
    _video("M4V", "film.m4v", f"{_X264} -c:a aac -f mp4"),
    _video("F4V", "film.f4v", f"{_X264} -c:a aac"),
    _video("DV", "film.dv", "-s 720x576 -pix_fmt yuv420p -c:v dvvideo -ar 48000 -ac 2"),
    _video("Y4M", "film.y4m", "-pix_fmt yuv420p", beeps=False),
    _video("GIF (moving)", "film.gif", "-an", beeps=False),
)  # fmt: skip
_SOUND: Final = (
    _sound("WAV", "sound.wav", "-c:a pcm_s16le"),
    _sound("MP3", "sound.mp3", "-c:a libmp3lame"),
    _sound("FLAC", "sound.flac", "-c:a flac"),
    _sound("AAC", "sound.aac", "-c:a aac"),
    _sound("Ogg Vorbis", "sound.ogg", "-c:a libvorbis"),
    _sound("Opus", "sound.opus", "-c:a libopus"),
    _sound("M4A", "sound.m4a", "-c:a aac"),
    _sound("M4A", "lossless.m4a", "-c:a alac"),
    _sound("AIFF", "sound.aiff", "-c:a pcm_s16be"),
    _sound("WMA", "sound.wma", "-c:a wmav2"),
    _sound("AMR", "sound.amr", "-ar 8000 -ac 1 -c:a libopencore_amrnb"),
    _sound("AC-3", "sound.ac3", "-c:a ac3"),
    _sound("CAF", "sound.caf", "-c:a pcm_s16be"),
)
_STILLS: Final = (
    _still("JPEG", "still.jpg", "-q:v 2"),
    _still("PNG", "still.png", ""),
    _still("WebP", "still.webp", "-c:v libwebp"),
    _still("GIF", "still.gif", ""),
    _still("AVIF", "still.avif", "-c:v libsvtav1 -svtav1-params avif=1 -pix_fmt yuv420p"),
    _still("TIFF", "still.tiff", "-pix_fmt rgb24"),
    _still("BMP", "still.bmp", "-pix_fmt bgr24"),
)
#: Names of the formats that are opened.
FORMATS: Final = tuple(
    dict.fromkeys(
        [*(recipe.format for recipe in (*_VIDEO, *_SOUND, *_STILLS)), "DAT", "OGM", "NSV", "HEIC"]
    )
)
_REAL: Final = (
    ("AVI", "oldfmt/fixture.avi", MediaKind.VIDEO),
    ("AVI", "video/bgs_demo.avi", MediaKind.VIDEO),
    ("MPG", "oldfmt/fixture2.mpg", MediaKind.VIDEO),
    ("RM", "oldfmt/fixture-realmedia-audio.rm", MediaKind.AUDIO),
    ("MOV", "oldfmt/fixture-mjpeg.mov", MediaKind.VIDEO),
    ("ASF", "oldfmt/fixture.asf", MediaKind.VIDEO),
    ("3GP", "oldfmt/fixture.3gp", MediaKind.VIDEO),
    ("MP4", "oldfmt/fixture-imovie.mp4", MediaKind.VIDEO),
    ("FLV", "oldfmt/fixture.flv", MediaKind.VIDEO),
    ("MKV", "oldfmt/fixture.mkv", MediaKind.VIDEO),
    ("SWF", "oldfmt/stent.swf", MediaKind.VIDEO),
    ("MTS", "oldfmt/fixture-raw.mts", MediaKind.VIDEO),
    ("WebM", "oldfmt/echo-hereweare.webm", MediaKind.VIDEO),
    ("AIFF", "oldfmt/fixture.aif", MediaKind.AUDIO),
    ("WMA", "oldfmt/fixture.wma.asf", MediaKind.AUDIO),
)


def samples(folder: Path, options: Options, bait: Callable[[str], str]) -> Iterator[Sample]:
    """Make the files; with `options.quick` one of the chief formats each, and no real ones.

    Args:
        folder: for the files; empty.
        bait: given "file" or "network", returns an address that nobody may open.
    """
    film = _film(folder)
    seen: set[str] = set()
    for recipe in (*_VIDEO, *_SOUND, *_STILLS):
        if not options.quick or recipe.format in _QUICK - seen:
            seen.add(recipe.format)
            path = folder / recipe.name
            convert("-i", film, "-threads", "1", *recipe.options, path)
            yield Sample(
                recipe.format, recipe.name, "ffmpeg", path, recipe.kind, beeps=recipe.beeps
            )
    yield from _by_hand(folder, film)
    for format_, path in foreign_files(folder, film, bait):
        yield Sample(format_, path.name, "by hand", path, None, made=False)
    if options.media is not None and not options.quick:
        for format_, name, kind in _REAL:
            path = options.media / name
            if path.exists():
                yield Sample(format_, path.name, "real", path, kind, made=False)


def _film(folder: Path) -> Path:
    sound = synth.Sound(synth.beeps(SECONDS, BEEPS, _RATE, 0.2), _RATE, codec="pcm_s16le")
    clip = synth.Clip(
        "film.mkv", FRAMES, size=SIZE, cuts=CUTS, codec="ffv1", encoder=(), sounds=(sound,)
    )
    return synth.make(clip, folder / "source")


def _by_hand(folder: Path, film: Path) -> Iterator[Sample]:
    disc, hevc, heic = folder / "disc.mpg", folder / "one.mp4", folder / "still.heic"
    convert("-i", film, "-threads", "1", "-target", "pal-vcd", disc)
    convert("-i", film, *_ONE_PICTURE, *_X265.split(), hevc)
    for format_, name, write, source in (
        ("DAT", "avseq01.dat", write_vcd_dat, disc),
        ("OGM", "film.ogm", write_ogm, folder / _XVID),
        ("NSV", "film.nsv", write_nsv, folder / _XVID),
    ):
        write(source, folder / name)
        yield Sample(format_, name, "by hand", folder / name, MediaKind.VIDEO)
    write_heic(hevc, heic)
    yield Sample("HEIC", heic.name, "by hand", heic, MediaKind.IMAGE, beeps=False)
