"""Heard utterances → utterances that say whether they were understood. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from videre.orchestrator.document import Understanding, Utterance
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.refs import references
from videre.orchestrator.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether one utterance was understood, and how sure that is (score E4)."""

    understanding: Understanding
    score: int


#: Judges all utterances of a track together: (records in order of time, language hints).
LanguageGate = Callable[[Sequence[Evidence], tuple[str, ...]], Sequence[Judgement]]


def stitch_speech(
    records: Iterable[Evidence], hints: tuple[str, ...], gate: LanguageGate, timeline: Timeline
) -> tuple[Utterance, ...]:
    """Return utterances in order of time; words of those not understood are left out.

    Args:
        records: evidence of the feature `speech`.
        hints: BCP 47 languages the caller expects.
        gate: the language gate.
        timeline: the media's clock.
    """
    heard = sorted(records, key=lambda r: (r.span, r.id))
    utterances = []
    for record, judged in zip(heard, gate(heard, hints), strict=True):
        lost = judged.understanding is Understanding.NOT_UNDERSTOOD
        utterances.append(
            Utterance(
                span=timeline.with_frames(record.span.start_ns, record.span.end_ns),
                text="" if lost else record.text,
                words=() if lost else record.words,
                language="und" if lost else record.class_name or "und",
                understanding=judged.understanding,
                score=judged.score,
                evidence=references([record]),
            )
        )
    return tuple(utterances)
