"""Presets of encoding, and the options that each lets the caller set. Pure.

A preset pins everything that decides about bytes, the number of the encoder's threads included.
Option names are the same for all encoders; what values they take differs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from videre.exports.production_params.base import ParamViolation

_X26X_SPEEDS: Final = (
    *("ultrafast", "superfast", "veryfast", "faster", "fast"),
    *("medium", "slow", "slower", "veryslow"),
)
#: A rate in bits a second: 16k up to 999M.
_BITS: Final = re.compile(r"(?:1[6-9]|[2-9]\d|[1-9]\d{2,5})k|[1-9]\d{0,2}M")


@dataclass(frozen=True, slots=True)
class Rule:
    """What values an option takes.

    Args:
        words: any of these; empty = a number or a bit rate.
        bounds: lowest and highest number.
        whole: only whole numbers.
    """

    words: tuple[str, ...] = ()
    bounds: tuple[float, float] | None = None
    whole: bool = True

    @property
    def limit(self) -> str:
        """The values in words."""
        if self.words:
            return ", ".join(self.words)
        if self.bounds is None:
            return "16k..999M"
        return f"{self.bounds[0]:g}..{self.bounds[1]:g}"

    def allows(self, value: str) -> bool:
        """Tell whether a value is one of them."""
        if self.words:
            return value in self.words
        if self.bounds is None:
            return _BITS.fullmatch(value) is not None
        pattern = r"\d{1,6}" if self.whole else r"\d{1,6}(?:\.\d{1,3})?"
        if not re.fullmatch(pattern, value):
            return False
        return self.bounds[0] <= float(value) <= self.bounds[1]


_RATE: Final = Rule()
_GOP: Final = Rule(bounds=(1, 600))
_RATES: Final = {"bitrate": _RATE, "max_bitrate": _RATE, "buffer": _RATE}

#: Options of the picture's encoders, by the encoder's name in ffmpeg.
VIDEO_OPTIONS: Final[Mapping[str, Mapping[str, Rule]]] = {
    "libx264": {
        "crf": Rule(bounds=(0, 51), whole=False),
        "speed": Rule(_X26X_SPEEDS),
        "tune": Rule(("film", "animation", "grain", "stillimage", "fastdecode", "zerolatency")),
        "profile": Rule(("baseline", "main", "high")),
        "level": Rule(("3.0", "3.1", "3.2", "4.0", "4.1", "4.2", "5.0", "5.1", "5.2", "6.0")),
        "gop": _GOP,
        "b_frames": Rule(bounds=(0, 16)),
        **_RATES,
    },
    "libx265": {
        "crf": Rule(bounds=(0, 51), whole=False),
        "speed": Rule(_X26X_SPEEDS),
        "tune": Rule(("grain", "animation", "fastdecode", "zerolatency")),
        "gop": _GOP,
        "b_frames": Rule(bounds=(0, 16)),
        **_RATES,
    },
    "libsvtav1": {
        "crf": Rule(bounds=(1, 63)),
        "speed": Rule(bounds=(0, 13)),
        "gop": _GOP,
        "bitrate": _RATE,
    },
    "libvpx-vp9": {
        "crf": Rule(bounds=(0, 63)),
        "speed": Rule(bounds=(0, 8)),
        "gop": _GOP,
        **_RATES,
    },
    "prores_ks": {"profile": Rule(("proxy", "lt", "standard", "hq"))},
    "ffv1": {"gop": _GOP},
}

_SOUND: Final = {
    "sample_rate": Rule(("16000", "22050", "24000", "32000", "44100", "48000")),
    "channels": Rule(bounds=(1, 8)),
}
_CODED: Final = {"audio_bitrate": _RATE, **_SOUND}

#: Options of the sound's encoders, by the encoder's name in ffmpeg.
AUDIO_OPTIONS: Final[Mapping[str, Mapping[str, Rule]]] = {
    "aac": _CODED,
    "libmp3lame": {**_CODED, "channels": Rule(bounds=(1, 2))},
    "libopus": {**_CODED, "sample_rate": Rule(("16000", "24000", "48000"))},
    "flac": _SOUND,
    "pcm_s16le": _SOUND,
    "pcm_s24le": _SOUND,
}


@dataclass(frozen=True, slots=True)
class Preset:
    """How a file is encoded.

    Args:
        name: as callers write it.
        suffix: ending of the file, which is its container.
        media_type: with a picture; of sound alone, "audio/" with the same subtype.
        video: encoder of the picture; empty = the picture is left out.
        audio: encoder of the sound.
        options: values of options that the caller does not set.
        width: of the frame, pixels; 0 = the source's.
        height: of the frame, pixels; 0 = the source's.
        fit: "inside", "pad" or "crop".
        deep: more than 8 bits a sample, and with them high dynamic range, are kept.
        lossless: pixel format and range are kept as they are.
        transparent: transparency is kept.
        max_channels: of the sound.
    """

    name: str
    suffix: str
    media_type: str
    video: str
    audio: str
    options: Mapping[str, str] = field(default_factory=dict)
    width: int = 0
    height: int = 0
    fit: str = "inside"
    deep: bool = False
    lossless: bool = False
    transparent: bool = False
    max_channels: int = 2

    @property
    def rules(self) -> dict[str, Rule]:
        """The options that a caller may set; a value of the preset's beside the rule is fixed."""
        rules = {**VIDEO_OPTIONS.get(self.video, {}), **AUDIO_OPTIONS[self.audio]}
        own = self.options
        return {
            name: one for name, one in rules.items() if name not in own or one.allows(own[name])
        }


_MP4: Final = "video/mp4"
_H264: Final = {"crf": "23", "speed": "veryfast", "gop": "250", "audio_bitrate": "128k"}

PRESETS: Final[Mapping[str, Preset]] = {
    preset.name: preset
    for preset in (
        Preset("web", "mp4", _MP4, "libx264", "aac", _H264),
        Preset(
            "short-video", "mp4", _MP4, "libx264", "aac",
            {**_H264, "crf": "21", "gop": "60"}, width=1_080, height=1_920, fit="crop",
        ),
        Preset(
            "hevc", "mp4", _MP4, "libx265", "aac",
            {"crf": "26", "speed": "fast", "gop": "250", "audio_bitrate": "128k"},
            deep=True, max_channels=6,
        ),
        Preset(
            "av1", "mp4", _MP4, "libsvtav1", "aac",
            {"crf": "35", "speed": "8", "gop": "250", "audio_bitrate": "128k"}, deep=True,
        ),
        Preset(
            "vp9", "webm", "video/webm", "libvpx-vp9", "libopus",
            {"crf": "33", "speed": "4", "gop": "250", "audio_bitrate": "128k"}, transparent=True,
        ),
        Preset(
            "prores", "mov", "video/quicktime", "prores_ks", "pcm_s24le",
            {"profile": "hq"}, deep=True, max_channels=8,
        ),
        Preset(
            "prores-4444", "mov", "video/quicktime", "prores_ks", "pcm_s24le",
            {"profile": "4444"}, deep=True, transparent=True, max_channels=8,
        ),
        Preset(
            "archive", "mkv", "video/x-matroska", "ffv1", "flac",
            {"gop": "1"}, deep=True, lossless=True, transparent=True, max_channels=8,
        ),
        Preset("audio-m4a", "m4a", "audio/mp4", "", "aac", {"audio_bitrate": "160k"}),
        Preset("audio-mp3", "mp3", "audio/mpeg", "", "libmp3lame", {"audio_bitrate": "192k"}),
        Preset("audio-opus", "ogg", "audio/ogg", "", "libopus", {"audio_bitrate": "128k"}),
        Preset("audio-flac", "flac", "audio/flac", "", "flac", max_channels=8),
        Preset("audio-wav", "wav", "audio/wav", "", "pcm_s16le", max_channels=8),
    )
}  # fmt: skip
DEFAULT_PRESET: Final = "web"


def check_options(preset: Preset, given: Mapping[str, str]) -> list[ParamViolation]:
    """Return what is wrong with the options that a caller sets; fields count from the rendition."""
    found, rules = [], preset.rules
    for name in sorted(given):
        where = f"encoder_options[{name[:32]}]"
        rule = rules.get(name)
        if rule is None:
            limit = ", ".join(sorted(rules))
            found.append(
                ParamViolation(where, f"is no option of preset {preset.name}", limit, name[:80])
            )
        elif not rule.allows(given[name]):
            found.append(
                ParamViolation(where, f"must be {rule.limit}", rule.limit, given[name][:80])
            )
    if {"crf", "bitrate"} <= given.keys():
        found.append(
            ParamViolation(
                "encoder_options[bitrate]", "excludes crf", "crf or bitrate", given["bitrate"][:80]
            )
        )
    return found
