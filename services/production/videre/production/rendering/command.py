"""The renderer's command line: the same words for the same job. Pure.

Everything that decides about bytes is said: encoder threads, bit-exact muxing, no metadata. The
program reads one stream of raw frames and samples from its standard input and opens nothing else
but the files it writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from videre.exports.production_params.renditions import RenditionOptions
from videre.production.rendering.canvas import Canvas

_THREADS: Final = "2"
#: Words that every command begins with.
QUIET: Final = ("-hide_banner", "-nostdin", "-nostats", "-v", "error", "-y")
#: Before what is read.
READ: Final = ("-protocol_whitelist", "file,pipe")
#: Nothing in a file says when or by what it was made.
EXACT: Final = (
    *("-map_metadata", "-1", "-map_chapters", "-1"),
    *("-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"),
)
#: Words for each kind of file, the first two its name.
MUXERS: Final[Mapping[str, tuple[str, ...]]] = {
    "mp4": ("-f", "mp4", "-movflags", "+faststart"),
    "m4a": ("-f", "ipod", "-movflags", "+faststart"),
    "mov": ("-f", "mov", "-movflags", "+faststart"),
    "webm": ("-f", "webm"),
    "mkv": ("-f", "matroska"),
    "mp3": ("-f", "mp3", "-id3v2_version", "0", "-write_xing", "1"),
    "ogg": ("-f", "ogg"),
    "flac": ("-f", "flac"),
    "wav": ("-f", "wav"),
}
#: Pixel formats of an encoder: usual depth, and deep where it has one.
_FORMATS: Final[Mapping[str, tuple[str, str]]] = {
    "libx264": ("yuv420p", "yuv420p"),
    "libx265": ("yuv420p", "yuv420p10le"),
    "libsvtav1": ("yuv420p", "yuv420p10le"),
    "libvpx-vp9": ("yuv420p", "yuv420p"),
    "prores_ks": ("yuv422p10le", "yuv422p10le"),
}
#: The same where the pictures that come in are transparent, by the preset's name.
_TRANSPARENT: Final[Mapping[str, str]] = {
    "vp9": "yuva420p",
    "prores-4444": "yuva444p10le",
    "archive": "bgra",
}
_SCALE: Final = "flags=bicubic+accurate_rnd+bitexact"
#: Names of matrices that the filter scale has other names for.
_MATRICES: Final = {"bt470bg": "bt470", "bt2020nc": "bt2020"}
_PRORES: Final = {"proxy": "0", "lt": "1", "standard": "2", "hq": "3", "4444": "4"}
_X264_WORDS: Final = {
    "crf": "-crf:v", "speed": "-preset:v", "tune": "-tune:v", "profile": "-profile:v",
    "level": "-level:v", "gop": "-g:v", "b_frames": "-bf:v", "bitrate": "-b:v",
    "max_bitrate": "-maxrate:v", "buffer": "-bufsize:v",
}  # fmt: skip
_VIDEO_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "libx264": _X264_WORDS,
    "libx265": _X264_WORDS,
    "libsvtav1": {"crf": "-crf:v", "speed": "-preset:v", "gop": "-g:v", "bitrate": "-b:v"},
    "libvpx-vp9": {
        "crf": "-crf:v", "speed": "-cpu-used:v", "gop": "-g:v", "bitrate": "-b:v",
        "max_bitrate": "-maxrate:v", "buffer": "-bufsize:v",
    },
    "prores_ks": {"profile": "-profile:v"},
    "ffv1": {"gop": "-g:v"},
}  # fmt: skip
#: Encoders that make a packet of whatever comes at once, and what gives them samples in even runs.
_ANY_LENGTH: Final = ("flac", "pcm_")
_EVEN: Final = "asetnsamples=n=4096:p=0"
_AUDIO_WORDS: Final = {"audio_bitrate": "-b:a", "sample_rate": "-ar:a", "channels": "-ac:a"}


def command(
    program: str,
    renditions: Sequence[RenditionOptions],
    *,
    canvas: Canvas | None,
    rate: Fraction | None,
    channels: int,
    before: str = "",
    sound: str = "",
    shapes: Sequence[str] = (),
) -> list[str]:
    """Return the words of the renderer's command; outputs are named `file_name`.

    Args:
        program: path of ffmpeg.
        renditions: what is made.
        canvas: the frames that come in; None = no pictures.
        rate: of the frames that come in; None = it varies.
        channels: of the sound that comes in; 0 = no sound.
        before: filters that all pictures go through first.
        sound: filters that the sound goes through.
        shapes: filters that give each rendition its shape; empty = its `fit` does.
    """
    words = [
        *(program, *QUIET, *READ, "-filter_complex_threads", "1"),
        *("-f", "nut", "-i", "pipe:0"),
    ]
    shown = [place for place, one in enumerate(renditions) if canvas and one.preset.video]
    if canvas is not None and shown:
        chains = [stated(canvas, before, len(shown))]
        for number, place in enumerate(shown):
            one = renditions[place]
            shape = shape_steps(canvas, one, shapes[place] if shapes else "")
            steps = ",".join([*_timed(one, rate), *shape]) or "null"
            chains.append(f"[s{number}]{steps}[v{number}]")
        words += ["-filter_complex", ";".join(chains)]
    for place, one in enumerate(renditions):
        if place in shown:
            words += ["-map", f"[v{shown.index(place)}]", *video_words(one, canvas, rate)]
        if channels and one.with_sound:
            words += ["-map", "0:a", *audio_words(one, channels, sound)]
        words += [*EXACT, *MUXERS[one.preset.suffix], file_name(one)]
    return words


def previewing(
    program: str, one: RenditionOptions, *, canvas: Canvas, shape: str, file: str
) -> list[str]:
    """Return the words of a command that makes a PNG of the one frame that comes in.

    Args:
        program: path of ffmpeg.
        one: whose shape it has.
        canvas: the frame that comes in.
        shape: filters that give it its shape; empty = its `fit` does.
        file: name of the PNG.
    """
    steps = ",".join([shape] if shape else _sized(canvas, one)) or "null"
    form = "rgba" if canvas.format == "bgra" else "rgb24"
    return [
        *(program, *QUIET, *READ, "-filter_complex_threads", "1"),
        *("-f", "nut", "-i", "pipe:0"),
        *("-filter_complex", f"{stated(canvas, '', 1)};[s0]{steps},format={form}[v0]"),
        *("-map", "[v0]", "-frames:v", "1", "-c:v", "png", "-threads:v", "1", "-f", "image2"),
        *("-update", "1", *EXACT, file),
    ]


def file_name(one: RenditionOptions) -> str:
    """Return the name of an output's file."""
    return f"{one.name}.{one.preset.suffix}"


def frame_of(canvas: Canvas, one: RenditionOptions) -> tuple[int, int]:
    """Return width and height of an output's frame; both even, but of a lossless copy."""
    width, height = one.width, one.height
    if one.preset.lossless and not (width or height or one.aspect):
        return canvas.width, canvas.height
    shape = Fraction(canvas.width, canvas.height)
    if one.aspect is not None:
        if one.fit == "pad":
            wide = one.aspect > shape
            width = round(canvas.height * one.aspect) if wide else canvas.width
            height = canvas.height if wide else round(canvas.width / one.aspect)
        else:
            wide = one.aspect > shape
            width = canvas.width if wide else round(canvas.height * one.aspect)
            height = round(canvas.width / one.aspect) if wide else canvas.height
    elif one.fit == "inside" and (width or height):
        scale = min(
            Fraction(width or canvas.width * 8_192, canvas.width),
            Fraction(height or canvas.height * 8_192, canvas.height),
            Fraction(1),
        )
        width, height = round(canvas.width * scale), round(canvas.height * scale)
    return _even(width or canvas.width), _even(height or canvas.height)


def _even(side: int) -> int:
    return max(2, side - side % 2)


def stated(canvas: Canvas, before: str, count: int) -> str:
    """Return the filters that say what the frames are, and give them to so many outlets."""
    said = [
        f"{name}={value}"
        for name, value in (
            ("colorspace", "" if canvas.drawn else canvas.space),
            ("color_primaries", canvas.primaries),
            ("color_trc", canvas.transfer),
            ("range", "pc" if canvas.full else "tv"),
        )
        if value
    ]
    steps = [f"setparams={':'.join(said)}", "setsar=1", *([before] if before else [])]
    outlets = "".join(f"[s{number}]" for number in range(count))
    return f"[0:v]{','.join(steps)},split={count}{outlets}"


def _timed(one: RenditionOptions, rate: Fraction | None) -> list[str]:
    """Return the filter that gives a rendition's own rate."""
    if one.frame_rate is None or one.frame_rate == rate:
        return []
    return [f"fps={one.frame_rate.numerator}/{one.frame_rate.denominator}:round=near"]


def shape_steps(canvas: Canvas, one: RenditionOptions, shape: str) -> list[str]:
    """Return the filters that give a rendition's shape and pixel format.

    Args:
        canvas: the frames that come in.
        one: the rendition.
        shape: filters that give its shape; empty = its `fit` does.
    """
    return [*([shape] if shape else _sized(canvas, one)), *_formatted(canvas, one)]


def _sized(canvas: Canvas, one: RenditionOptions) -> list[str]:
    """Return the filters that give a rendition's shape."""
    width, height = frame_of(canvas, one)
    steps = []
    if (
        (width, height)
        == (_even(canvas.width), _even(canvas.height))
        != (
            canvas.width,
            canvas.height,
        )
    ):
        steps.append(f"crop={width}:{height}:0:0")  # an odd row or column falls away
    elif (width, height) != (canvas.width, canvas.height):
        ratio = Fraction(width, height) / Fraction(canvas.width, canvas.height)
        scale = max if one.fit == "crop" else min
        factor = scale(Fraction(width, canvas.width), Fraction(height, canvas.height))
        if one.fit == "inside" or ratio == 1:
            steps.append(f"scale={width}:{height}:{_SCALE}")
        else:
            inner = _even(round(canvas.width * factor)), _even(round(canvas.height * factor))
            if one.fit == "crop":
                inner = max(inner[0], width), max(inner[1], height)
            else:
                inner = min(inner[0], width), min(inner[1], height)
            if inner != (canvas.width, canvas.height):
                steps.append(f"scale={inner[0]}:{inner[1]}:{_SCALE}")
            place = "(iw-ow)/2:(ih-oh)/2" if one.fit == "crop" else "(ow-iw)/2:(oh-ih)/2:black"
            steps.append(f"{one.fit}={width}:{height}:{place}")
        steps.append("setsar=1")
    return steps


def _formatted(canvas: Canvas, one: RenditionOptions) -> list[str]:
    """Return the filter that gives a rendition its encoder's pixel format."""
    form = _format(canvas, one)
    if not form or not canvas.drawn or form.startswith("bgr"):
        return [f"format={form}"] if form else []
    matrix = _MATRICES.get(canvas.space, canvas.space)
    return [
        f"scale=out_color_matrix={matrix}:out_range=tv:{_SCALE}",
        f"format={form}",
        f"setparams=colorspace={canvas.space}:range=tv",
    ]


def _format(canvas: Canvas, one: RenditionOptions) -> str:
    """Return the pixel format of an output; empty = that of the pictures."""
    if canvas.format == "bgra":
        return _TRANSPARENT[one.preset.name]
    if one.preset.name == "prores-4444":
        return "yuv444p10le"
    form = _FORMATS.get(one.preset.video)
    return "" if form is None else form[_is_deep(canvas) and one.preset.deep]


def _is_deep(canvas: Canvas) -> bool:
    return any(canvas.format.endswith(f"p{bits}le") for bits in (9, 10, 12, 14, 16))


def video_words(one: RenditionOptions, canvas: Canvas | None, rate: Fraction | None) -> list[str]:
    """Return the words that encode a rendition's pictures."""
    encoder = one.preset.video
    words = ["-c:v", encoder, "-threads:v", _THREADS]
    for name, word in _VIDEO_WORDS[encoder].items():
        if name in one.options:
            value = one.options[name]
            words += [word, _PRORES.get(value, value) if encoder == "prores_ks" else value]
    if encoder == "libx265":
        words += ["-x265-params", "log-level=error:pools=2:frame-threads=1", "-tag:v", "hvc1"]
    elif encoder == "libsvtav1":
        words += ["-svtav1-params", f"lp={_THREADS}"]
    elif encoder == "libvpx-vp9":
        words += ["-row-mt", "0", "-tile-columns", "1", "-deadline", "good"]
        words += [] if "bitrate" in one.options else ["-b:v", "0"]
        # Frames that are shown later than they are coded have no transparency.
        words += ["-auto-alt-ref", "0"] if canvas is not None and canvas.format == "bgra" else []
    elif encoder == "ffv1":
        words += ["-level", "3", "-slices", "4", "-slicecrc", "1"]
    elif encoder == "prores_ks":
        words += ["-vendor", "apl0"]
    wanted = one.frame_rate or rate
    if wanted is not None:
        return [*words, "-fps_mode", "cfr", "-r", f"{wanted.numerator}/{wanted.denominator}"]
    return [*words, "-fps_mode", "passthrough", "-enc_time_base:v", "demux"]


def measuring(program: str, sound: str) -> list[str]:
    """Return the words of a command that measures loudness and true peak behind filters."""
    steps = ",".join([*([sound] if sound else []), "loudnorm=print_format=json"])
    return [
        *(program, "-hide_banner", "-nostdin", "-nostats", "-v", "info"),
        *("-protocol_whitelist", "file,pipe", "-f", "nut", "-i", "pipe:0"),
        *("-map", "0:a", "-af", steps, "-f", "null", "-"),
    ]


def measuring_file(program: str, name: str) -> list[str]:
    """Return the words of a command that measures a file which was made just now."""
    return [
        *(program, "-hide_banner", "-nostdin", "-nostats", "-v", "info"),
        *("-protocol_whitelist", "file,pipe", "-i", name),
        *("-map", "0:a", "-af", "loudnorm=print_format=json", "-f", "null", "-"),
    ]


def audio_words(one: RenditionOptions, channels: int, sound: str) -> list[str]:
    """Return the words that encode a rendition's sound."""
    even = _EVEN if one.preset.audio.startswith(_ANY_LENGTH) else ""
    steps = ",".join(step for step in (sound, even) if step)
    words = ["-af", steps] if steps else []
    words += ["-c:a", one.preset.audio, "-threads:a", "1"]
    for name, word in _AUDIO_WORDS.items():
        if name in one.options:
            words += [word, one.options[name]]
    if "channels" not in one.options and channels > one.preset.max_channels:
        words += ["-ac:a", str(one.preset.max_channels)]
    return words
