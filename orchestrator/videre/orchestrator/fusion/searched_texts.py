"""The texts in which words are looked for, with when their characters are said or seen. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from videre.common.values import SCORE_ONE, TimeSpan
from videre.orchestrator.document import (
    EvidenceRef,
    MediaFacts,
    TextLine,
    Understanding,
    Utterance,
)
from videre.orchestrator.features import Modality
from videre.orchestrator.fusion.claims import context_ref, context_texts
from videre.orchestrator.fusion.inputs import Context

#: A text read at least this surely (E4) is taken as certain; a spoken word never is.
_READ_CERTAIN: Final = 9_500


@dataclass(frozen=True, slots=True)
class SearchedText:
    """A text to be searched.

    Args:
        modality: what it is: "speech", "text" or "metadata".
        text: the text.
        span: when it is said or seen.
        score: how surely it was heard or read, E4.
        refs: the evidence.
        words: start and end character, start and end ns, posterior E4 of every spoken word.
    """

    modality: str
    text: str
    span: TimeSpan
    score: int
    refs: tuple[EvidenceRef, ...]
    words: tuple[tuple[int, int, int, int, int], ...] = ()

    def at(self, start: int, end: int) -> tuple[TimeSpan, int]:
        """Return when characters [start, end) are said and the least sure of their words.

        Where the words have no times of their own: when the whole text is said or seen.
        """
        ends = [word[1] for word in self.words]
        inside = [word for word in self.words[bisect_right(ends, start) :] if word[0] < end]
        if not inside:
            return self.span, self.score
        span = TimeSpan(inside[0][2], max(inside[-1][3], inside[0][2]))
        return span, min(word[4] for word in inside)


def spoken(utterances: Iterable[Utterance]) -> list[SearchedText]:
    """Return what was said and understood."""
    return [_spoken(item) for item in utterances if item.understanding is Understanding.UNDERSTOOD]


def read(lines: Iterable[TextLine]) -> list[SearchedText]:
    """Return what stands in the picture."""
    return [
        SearchedText(
            Modality.TEXT.value,
            line.text,
            line.span,
            SCORE_ONE if line.score >= _READ_CERTAIN else line.score,
            line.evidence,
        )
        for line in lines
    ]


def given_with(context: Context, media: MediaFacts) -> list[SearchedText]:
    """Return title, description, comments and tags; comments hold at their instants.

    Those without one hold for the whole, as all do in a text without times.
    """
    whole = TimeSpan(0, media.extent)
    times = {
        f"comment/{i}": TimeSpan(comment.time_ns, comment.time_ns)
        for i, comment in enumerate(context.comments)
        if comment.time_ns is not None and not media.characters
    }
    tags = [(f"tag/{tag.key}", f"{tag.key}={tag.value}") for tag in context.tags]
    return [
        SearchedText(Modality.METADATA.value, text, span, SCORE_ONE, (context_ref(name, span),))
        for name, text in (*context_texts(context), *tags)
        for span in (times.get(name, whole),)
    ]


def _spoken(item: Utterance) -> SearchedText:
    """Place every word in the utterance's text; words that are not found there have no place."""
    placed, at = [], 0
    for word in item.words:
        start = item.text.find(word.text, at)
        if start >= 0:
            at = start + len(word.text)
            placed.append((start, at, word.start_ns, word.end_ns, word.score))
    return SearchedText(
        Modality.SPEECH.value, item.text, item.span, item.score, item.evidence, tuple(placed)
    )
