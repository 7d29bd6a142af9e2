"""How much loud sound is neither speech nor anything that an engine names. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from videre.common.values import SCORE_ONE, TimeSpan
from videre.orchestrator.document import AudioKind, AudioSegment
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import SOUND
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.moderation.inputs import ModerationInput
from videre.orchestrator.moderation.template import UnlabeledSound

_NS_PER_MS: Final = 1_000_000
_SOUND: Final = SOUND.name
#: The class that says that there is nothing to be heard.
_SILENCE: Final = "Silence"

#: Start, end.
_Stretch = tuple[int, int]


def too_much(limits: UnlabeledSound, given: ModerationInput, judge: Judge) -> bool:
    """Tell whether more loud sound has no name than may: in length, and of all loud sound."""
    loud, nameless = _windows(limits, given.evidence, judge)
    speech = _spoken(given.analysis.audio_segments)
    unlabeled = sum(end - start for start, end in nameless) - _shared(nameless, speech)
    total = sum(end - start for start, end in loud)
    return unlabeled > limits.ms * _NS_PER_MS and unlabeled * 100 > total * limits.percent


def _windows(
    limits: UnlabeledSound, evidence: Iterable[Evidence], judge: Judge
) -> tuple[list[_Stretch], list[_Stretch]]:
    """Return where it is loud, and where nothing there has a name.

    Windows overlap: each speaks from its own start to that of the next.
    """
    levels: dict[_Stretch, int] = {}
    named: set[_Stretch] = set()
    heard = (record for record in evidence if record.feature == _SOUND)
    span: TimeSpan | None = None
    window = 0, 0
    for record, score, least in judge.judged(heard):
        if record.span is not span:  # the records of a window share one
            span = record.span
            window = span.start_ns, span.end_ns
        if not record.class_name:
            levels[window] = record.attributes.get("level_dbfs", -SCORE_ONE * SCORE_ONE)
        elif score >= least and record.class_name != _SILENCE:
            named.add(window)
    ordered = sorted(levels)
    ends = [min(end, after[0]) for (_, end), after in pairwise(ordered)]
    ends += [end for _, end in ordered[-1:]]
    loud = [
        (window, (window[0], end))
        for window, end in zip(ordered, ends, strict=True)
        if levels[window] >= limits.level_dbfs * SCORE_ONE
    ]
    return [own for _, own in loud], [own for window, own in loud if window not in named]


def _spoken(segments: Iterable[AudioSegment]) -> list[_Stretch]:
    return sorted(
        (segment.span.start_ns, segment.span.end_ns)
        for segment in segments
        if segment.kind is AudioKind.SPEECH
    )


def _shared(some: Sequence[_Stretch], others: Sequence[_Stretch]) -> int:
    """Return the time that two lists share; neither overlaps itself, both are in order."""
    shared, at = 0, 0
    for start, end in some:
        while at < len(others) and others[at][1] <= start:
            at += 1
        following = at
        while following < len(others) and others[following][0] < end:
            shared += min(end, others[following][1]) - max(start, others[following][0])
            following += 1
    return shared
