"""Beats, bars, key and form of music as the music engine measured them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from videre.common.values import SCORE_ONE
from videre.orchestrator.document import (
    Music,
    MusicKey,
    MusicMode,
    MusicSection,
    TempoChange,
    TempoLevel,
)
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.fusion.stitch_sound import mostly_music, thousandths
from videre.orchestrator.taxonomy.model import Taxonomy

#: Score E4 of a pulse that by itself does not say that there is a beat.
_FAINT_PULSE: Final = 4_500


def music(
    records: Iterable[Evidence], sound: Iterable[Evidence], judge: Judge, taxonomy: Taxonomy
) -> Music | None:
    """Return what is known of the music; None where there is no beat.

    In a short piece the beat may be faint: it counts if the sound classes hear music most of the
    time.
    """
    by_class: dict[str, list[Evidence]] = {}
    for record in sorted(records, key=lambda one: (one.span.start_ns, one.id)):
        by_class.setdefault(record.class_name, []).append(record)
    tempo = next(iter(by_class.get("tempo", ())), None)
    if tempo is None:
        return None
    if tempo.score < _FAINT_PULSE and not mostly_music(sound, judge, taxonomy):
        return None
    downbeats = by_class.get("downbeat", [])
    return Music(
        tempo_mbpm=_tempo(tempo),
        beats_ns=_starts(by_class.get("beat", ())),
        score=tempo.score,
        downbeats_ns=_starts(downbeats),
        beats_per_bar=_whole(tempo, "beats_per_bar"),
        downbeat_score=downbeats[0].score if downbeats else 0,
        levels=tuple(
            sorted(
                (TempoLevel(_tempo(one), one.score) for one in by_class.get("tempo_level", ())),
                key=lambda level: level.tempo_mbpm,
            )
        ),
        changes=tuple(
            TempoChange(one.span.start_ns, _tempo(one)) for one in by_class.get("tempo_change", ())
        ),
        key=_key(by_class),
        sections=tuple(
            MusicSection(
                one.span, _whole(one, "group"), chorus=bool(_whole(one, "chorus")), score=one.score
            )
            for one in by_class.get("section", ())
        ),
    )


def _key(by_class: Mapping[str, Sequence[Evidence]]) -> MusicKey | None:
    return next(
        (
            MusicKey(_whole(one, "tonic"), mode, one.score)
            for mode in MusicMode
            for one in by_class.get(f"{mode} key", ())
        ),
        None,
    )


def _starts(records: Iterable[Evidence]) -> tuple[int, ...]:
    return tuple(one.span.start_ns for one in records)


def _tempo(record: Evidence) -> int:
    return thousandths(record.attributes.get("tempo_bpm", 0))


def _whole(record: Evidence, name: str) -> int:
    """Return an attribute that is a whole number."""
    return record.attributes.get(name, 0) // SCORE_ONE
