"""The features a job may ask for, and what each needs. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Track(StrEnum):
    """What of the media a feature looks at."""

    PICTURE = "picture"
    SOUND = "sound"
    BOTH = "both"
    NONE = "none"  # made of what other features see and hear


class Modality(StrEnum):
    """What kind of witness a piece of evidence is; independent modalities confirm each other."""

    IMAGE = "image"
    SPEECH = "speech"
    TEXT = "text"
    SOUND = "sound"
    METADATA = "metadata"


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing a job can look for.

    Args:
        name: as it stands in requests and stages.
        track: what it looks at.
        modality: what its evidence counts as.
        service: service that runs its engines; "" = the orchestrator itself.
        follows: feature whose evidence it is made of, without looking at the media again; "" of
            features that look.
    """

    name: str
    track: Track
    modality: Modality
    service: str
    follows: str = ""


SHOTS: Final = Feature("shots", Track.PICTURE, Modality.IMAGE, "visual")
OBJECTS: Final = Feature("objects", Track.PICTURE, Modality.IMAGE, "visual")
CLASSES: Final = Feature("classes", Track.PICTURE, Modality.IMAGE, "visual")
FACES: Final = Feature("faces", Track.PICTURE, Modality.IMAGE, "visual")
TRACKS: Final = Feature("tracks", Track.PICTURE, Modality.IMAGE, "", follows="objects")
NSFW: Final = Feature("nsfw", Track.PICTURE, Modality.IMAGE, "visual")
COLORS: Final = Feature("colors", Track.PICTURE, Modality.IMAGE, "visual")
FRAME_CONDITIONS: Final = Feature("frame_conditions", Track.PICTURE, Modality.IMAGE, "visual")
PICTURE_KINDS: Final = Feature("picture_kinds", Track.PICTURE, Modality.IMAGE, "visual")
CODES: Final = Feature("codes", Track.PICTURE, Modality.IMAGE, "visual")
EMOTION: Final = Feature("emotion", Track.PICTURE, Modality.IMAGE, "visual")
LANDMARKS: Final = Feature("landmarks", Track.PICTURE, Modality.IMAGE, "visual")
TEXT: Final = Feature("text", Track.PICTURE, Modality.TEXT, "ocr")
SPEECH: Final = Feature("speech", Track.SOUND, Modality.SPEECH, "asr")
DIARIZATION: Final = Feature("diarization", Track.SOUND, Modality.SPEECH, "asr")
SOUND: Final = Feature("sound", Track.SOUND, Modality.SOUND, "audio")
LOUDNESS: Final = Feature("loudness", Track.SOUND, Modality.SOUND, "")
MUSIC: Final = Feature("music", Track.SOUND, Modality.SOUND, "audio")
QUALITY: Final = Feature("quality", Track.BOTH, Modality.IMAGE, "")
MOOD: Final = Feature("mood", Track.NONE, Modality.METADATA, "")

#: Implemented features in the order of their stages.
FEATURES: Final = (
    SHOTS, OBJECTS, CLASSES, FACES, TRACKS, NSFW, COLORS, FRAME_CONDITIONS, PICTURE_KINDS,
    CODES, EMOTION, LANDMARKS,
    TEXT, SPEECH, DIARIZATION, SOUND, LOUDNESS, MUSIC, QUALITY, MOOD,
)  # fmt: skip
BY_NAME: Final = {feature.name: feature for feature in FEATURES}

#: Features of `AnalyzeFrames`: one call looks at a frame for all of them.
FRAME_FEATURES: Final = (
    OBJECTS,
    CLASSES,
    FACES,
    NSFW,
    COLORS,
    FRAME_CONDITIONS,
    PICTURE_KINDS,
    CODES,
    EMOTION,
    LANDMARKS,
)

#: What the mood is made of, in the order in which a missing one is named.
MOOD_SOURCES: Final = (EMOTION, SPEECH, TEXT, SOUND, MUSIC)

#: Engine feature (not a job feature) that finds speech for `speech`, `diarization` and `sound`.
SPEECH_ACTIVITY: Final = "speech_activity"

#: Named by the contract, not in this release: refused with FEATURE_UNIMPLEMENTED and the reason.
PLANNED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "logos": "no engine knows logos; a library of sample pictures finds your own",
        "translation": "no engine translates; `transcribe` and `captions` write SRT and VTT to "
        "be translated elsewhere",
    }
)


def requested_features(names: Sequence[str]) -> frozenset[str]:
    """Return the features to look for: all when none is named, and those that others stand on.

    That is shots for any feature of frames and for quality, what a feature follows, what the mood
    is made of, and the speech whose speakers are told apart.
    """
    if not names:
        return frozenset(BY_NAME)
    wanted = set(names) | {BY_NAME[name].follows for name in names if BY_NAME[name].follows}
    if MOOD.name in wanted:
        wanted |= {feature.name for feature in MOOD_SOURCES}
    if DIARIZATION.name in wanted:
        wanted.add(SPEECH.name)
    if wanted & {feature.name for feature in (*FRAME_FEATURES, QUALITY)}:
        wanted.add(SHOTS.name)
    return frozenset(wanted)
