"""A job on bytes of which all is known: every part is counted at once, none is looked at.

What is known of a part is found by the same keys as in the steps that look. Where anything is
missing, nothing is counted, and those steps go their way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from videre.common.errors import VidereError
from videre.common.values import TimeSpan
from videre.orchestrator.features import (
    DIARIZATION,
    FRAME_FEATURES,
    LOUDNESS,
    MUSIC,
    QUALITY,
    SHOTS,
    SOUND,
    SPEECH,
    TEXT,
)
from videre.orchestrator.fusion.quality import PICTURE
from videre.orchestrator.fusion.quality import SOUND as HEARD
from videre.orchestrator.media.audiofile import AudioSpool
from videre.orchestrator.media.groups import sound_units
from videre.orchestrator.planning import Unit
from videre.orchestrator.steps.frames import frame_keys
from videre.orchestrator.steps.kept_sounds import sound_hashes_key
from videre.orchestrator.steps.listening import activity_stage, loudness_key, open_sound
from videre.orchestrator.steps.quality import quality_key
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.shots import key_frames_key
from videre.orchestrator.steps.signals import lost_stretches, signals_key
from videre.orchestrator.steps.sounds import music_key, sound_key
from videre.orchestrator.steps.speakers import speakers_key
from videre.orchestrator.steps.speech import speech_key
from videre.orchestrator.steps.text import text_key
from videre.orchestrator.steps.track import activity_key, groups_of, stretch, track_span
from videre.orchestrator.steps.units import sampling_params, shots_key, unit_part, unit_span
from videre.orchestrator.steps.work import (
    Cost,
    Work,
    counted,
    find,
    media_path,
    parts_done,
    take_up,
)
from videre.orchestrator.store.job_parts import PartDone


class _Missing(Exception):
    """Something has to be looked at."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """The parts of the sound, and how many of them are speech groups and pieces."""

    parts: tuple[PartDone, ...] = ()
    groups: int = 0
    pieces: int = 0


async def recall(run: Runtime, job_id: str) -> bool:
    """Count all parts of a job if all is known of its bytes; tell whether it was."""
    work = await take_up(run, job_id)
    try:
        seen = await _seen(run, work)
        heard = await _heard(run, work) if work.plan.listens else _Heard()
    except (_Missing, VidereError):  # what fails is told by the steps that look, stage by stage
        return False
    await open_sound(run, work, heard.groups, heard.pieces)
    await parts_done(run, work, *seen, *heard.parts)
    return True


async def _require(run: Runtime, keys: Iterable[str]) -> None:
    """Go on only where all evidence is there.

    Raises:
        _Missing: some is not.
    """
    wanted = sorted(set(keys))
    if len(await find(run, wanted)) < len(wanted):
        raise _Missing


# --- picture -----------------------------------------------------------------------------------


async def _seen(run: Runtime, work: Work) -> list[PartDone]:
    units = work.plan.units if work.plan.picture_chunks else ()
    parts: list[PartDone] = []
    for some in (units[:1], units[1:]):  # of new bytes, the first unit is missing already
        new = [part for unit in some for part in _unit_parts(work, unit)]
        signals = [signals_key(work, unit) for unit in some]
        await _require(run, [*signals, *(key for part in new for key in part.keys)])
        parts += new
    if await lost_stretches(run, work, units):
        raise _Missing  # stages fail by it
    return parts


def _unit_parts(work: Work, unit: Unit) -> list[PartDone]:
    plan, span = work.plan, unit_span(unit)
    shots = plan.engine(SHOTS).id if plan.wants(SHOTS) else "none"
    params = sampling_params(work, shots)
    keys: dict[str, list[str]] = {}
    if plan.wants(QUALITY):
        keys[QUALITY.name] = [quality_key(work, PICTURE, span)]
    if plan.wants(SHOTS):
        keys[SHOTS.name] = [shots_key(work, unit), key_frames_key(work, unit, params)]
    if any(plan.wants(feature) for feature in FRAME_FEATURES):
        keys |= {name: [key] for name, key in frame_keys(work, unit, params).items()}
    if plan.wants(TEXT):
        keys[TEXT.name] = [text_key(work, unit)]
    part = unit_part(unit)
    return [counted(name, part, found, Cost(), span) for name, found in keys.items()]


# --- sound -------------------------------------------------------------------------------------


async def _heard(run: Runtime, work: Work) -> _Heard:
    plan = work.plan
    track = _track_parts(work)
    await _require(run, [sound_hashes_key(work), *(key for part in track for key in part.keys)])
    heard = plan.wants(SPEECH) or plan.wants(DIARIZATION)
    if heard and plan.speech_activity is None:
        raise _Missing  # the stage fails by it
    if not (plan.wants(SPEECH) or plan.wants(SOUND)):
        return _Heard(tuple(track))
    path = await media_path(run, work.media)
    async with run.spool.audio(path, work.index, want_music=plan.wants(MUSIC)) as audio:
        groups = [(group.start, group.end) for group in await groups_of(run, work, audio)]
        pieces = sound_units(audio.samples)
    spoken = _stretches(groups, audio) if plan.wants(SPEECH) else []
    sounding = _stretches(pieces, audio) if plan.wants(SOUND) else []
    parts = [
        counted(SPEECH.name, f"{number:05d}", [speech_key(work, span)], Cost(), span)
        for number, span in enumerate(spoken)
    ]
    parts += [
        counted(SOUND.name, f"{number:05d}", [sound_key(work, span)], Cost(), span)
        for number, span in enumerate(sounding)
    ]
    await _require(run, [key for part in parts for key in part.keys])
    return _Heard((*track, *parts), len(groups), len(pieces))


def _track_parts(work: Work) -> list[PartDone]:
    plan, span = work.plan, track_span(work)
    keys: dict[str, str] = {}
    if plan.wants(LOUDNESS):
        keys[LOUDNESS.name] = loudness_key(work)
    if plan.wants(QUALITY):
        keys[QUALITY.name] = quality_key(work, HEARD, span)
    if plan.wants(MUSIC):
        keys[MUSIC.name] = music_key(work)
    if plan.wants(DIARIZATION) and plan.speech_activity is not None:
        keys[DIARIZATION.name] = speakers_key(work, plan.speech_activity)
    parts = [counted(name, "track", [key], Cost(), span) for name, key in keys.items()]
    if plan.speech_activity is not None:
        key = activity_key(work, plan.speech_activity)
        parts.append(counted(activity_stage(work), "activity", [key], Cost()))
    return parts


def _stretches(spans: Iterable[tuple[int, int]], audio: AudioSpool) -> list[TimeSpan]:
    return [stretch(start, end, audio) for start, end in spans]
