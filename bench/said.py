"""Sentences said over a media, as evidence of a recogniser that makes no mistake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from videre.common.values import NS, SCORE_ONE, TimeSpan
from videre.orchestrator.document import Understanding
from videre.orchestrator.evidence import Evidence, Word
from videre.orchestrator.features import SPEECH
from videre.orchestrator.fusion.inputs import FusionInput
from videre.orchestrator.fusion.language_gate import understand
from videre.orchestrator.fusion.stitch_speech import Judgement
from videre.orchestrator.timeline import Timeline

SPOKEN_ENGINE: Final = "said@1"
#: Recognisers of this suite are mostly this sure of what they understood, E4.
_UNDERSTOOD: Final = 9_000
_SENTENCE_NS: Final = 3 * NS


def heard_right(records: Sequence[Evidence], hints: tuple[str, ...] = ()) -> Sequence[Judgement]:
    """Judge utterances as the suite does, and understand what is said over."""
    if records and records[0].engine == SPOKEN_ENGINE:
        return [Judgement(Understanding.UNDERSTOOD, _UNDERSTOOD) for _ in records]
    return understand(records, hints)


def said_over(given: FusionInput, spoken: Sequence[str]) -> FusionInput:
    """Return what fusion would be given were these sentences all that is said over a media."""
    each = min(_SENTENCE_NS, max(1, given.timeline.duration_ns // max(1, len(spoken))))
    others = [record for record in given.evidence if record.feature != SPEECH.name]
    return replace(given, evidence=[*others, *_records(spoken, each)])


def sentences(given: FusionInput, spoken: Sequence[str]) -> FusionInput:
    """Return what fusion would be given of a recording of these sentences and nothing else."""
    clock = Timeline(_SENTENCE_NS * len(spoken))
    return replace(
        given, timeline=clock, evidence=_records(spoken, _SENTENCE_NS), luma=(), edges=None,
        signals=None,
    )  # fmt: skip


def _records(spoken: Sequence[str], each_ns: int) -> list[Evidence]:
    return [
        Evidence(
            SPEECH.name, SPOKEN_ENGINE, TimeSpan(n * each_ns, (n + 1) * each_ns), "en", SCORE_ONE,
            text=text, words=_words(text, n * each_ns, each_ns), id=f"said/{n}",
        )
        for n, text in enumerate(spoken)
    ]  # fmt: skip


def _words(text: str, start_ns: int, length_ns: int) -> tuple[Word, ...]:
    words = text.split()
    each = length_ns // max(1, len(words))
    return tuple(
        Word(word, start_ns + n * each, start_ns + (n + 1) * each, SCORE_ONE)
        for n, word in enumerate(words)
    )
