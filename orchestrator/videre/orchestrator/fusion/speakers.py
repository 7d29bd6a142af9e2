"""Who says an utterance: turns of speakers laid over what was heard. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from videre.orchestrator.document import Utterance
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.calibration import Judge


def with_speakers(
    utterances: Sequence[Utterance], turns: Iterable[Evidence], judge: Judge
) -> tuple[Utterance, ...]:
    """Return the utterances with who speaks longest in each; the first to speak where two tie.

    Args:
        utterances: in order of time.
        turns: evidence of the feature `diarization`, in any order; it does not overlap.
        judge: tells which turns are sure.
    """
    sure = sorted((turn for turn in turns if judge.detects(turn)), key=lambda turn: turn.span)
    told: list[Utterance] = []
    first = 0
    for item in utterances:
        start, end = item.span.start_ns, item.span.end_ns
        while first < len(sure) and sure[first].span.end_ns <= start:
            first += 1
        spoken: Counter[str] = Counter()
        for turn in sure[first:]:
            if turn.span.start_ns >= end:
                break
            spoken[turn.class_name] += min(end, turn.span.end_ns) - max(start, turn.span.start_ns)
        told.append(replace(item, speaker=max(spoken, key=spoken.__getitem__)) if spoken else item)
    return tuple(told)
