"""Everything that was read, heard or given in words, in one form with its times and proof. Pure.

Keywords, entities and topics read passages: lines of text, utterances that were *understood*, and
the title, description and comments. Uncertain speech feeds none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from videre.common.values import SCORE_ONE, TimeSpan
from videre.orchestrator.document import EvidenceRef, TextLine, Understanding, Utterance
from videre.orchestrator.evidence import Word
from videre.orchestrator.features import Modality
from videre.orchestrator.fusion.claims import context_ref, context_texts
from videre.orchestrator.fusion.inputs import Context
from videre.orchestrator.fusion.text_reading import language_of, normalise
from videre.orchestrator.fusion.written import NOT_WRITTEN, Written, place_of
from videre.orchestrator.lexicon import chinese, english
from videre.orchestrator.timeline import Timeline

#: How much a mention counts, in per cent of one in speech or in the picture.
TITLE_WEIGHT: Final = 200
GIVEN_WEIGHT: Final = 100
COMMENT_WEIGHT: Final = 50
_TEXT, _SPEECH = Modality.TEXT.value, Modality.SPEECH.value
_METADATA: Final = Modality.METADATA.value
_TOKEN: Final = re.compile(r"[一-鿿㐀-䶿]+|[^\W\d_一-鿿㐀-䶿]+(?:['’][^\W\d_一-鿿㐀-䶿]+)*")
#: Languages whose Han characters are not cut into Chinese words.
_NOT_CHINESE: Final = frozenset({"ja", "ko"})


class Token(msgspec.Struct, frozen=True, gc=False):
    """A word of a passage: characters [start, end), `tag` its part of speech (Chinese only).

    A tuple and not a record: a long film has tens of thousands.
    """

    text: str
    folded: str
    start: int
    end: int
    is_han: bool = False
    tag: str = ""

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[0].isupper()


class Passage(msgspec.Struct, frozen=True, gc=False):
    """A text with its origin.

    Args:
        text: in normal form.
        tokens: its words, in order.
        modality: speech, text or metadata.
        source: "speech", "text", "title", "description", "comment".
        score: how surely it was read or understood, E4.
        weight: what a mention in it counts, per cent.
        cased: capital letters in it tell names from words.
        span: when; None for what is given with the media.
        words: spoken words with times.
        refs: the evidence.
        folded: its words, in small letters.
        places: where its characters stand in a text document without times, and last where the
            passage ends; () for everything that has times.
    """

    text: str
    tokens: tuple[Token, ...]
    modality: str
    source: str
    score: int
    weight: int
    cased: bool
    span: TimeSpan | None
    words: tuple[Word, ...]
    refs: tuple[EvidenceRef, ...]
    folded: tuple[str, ...]
    places: Sequence[int] = ()

    def spans_of(self, first: Token, last: Token, timeline: Timeline) -> tuple[TimeSpan, ...]:
        """Return when tokens are said or shown: of speech the words' times; () without time.

        Of a text document without times, where they stand.
        """
        if self.span is None:
            return ()
        if self.places:
            return (place_of(self.places, self.span, first.start, last.end),)
        if not self.words:
            return (self.span,)
        at, heard = 0, []
        for word in self.words:
            start = self.text.find(word.text, at)
            if start < 0:
                return (self.span,)
            at = start + len(word.text)
            if start < last.end and at > first.start:
                heard.append(word)
        if not heard:
            return (self.span,)
        return (timeline.with_frames(heard[0].start_ns, heard[-1].end_ns),)


def passages(
    lines: Iterable[TextLine],
    utterances: Iterable[Utterance],
    context: Context,
    whole: TimeSpan,
    written: Written = NOT_WRITTEN,
) -> tuple[Passage, ...]:
    """Return all that stands in words, lines first, then speech, then what was given."""
    found = [
        _passage(line.text, line.language, _TEXT, "text", line.score, line.span,
                 line.evidence, prose=written.words(line), places=written.places(line))
        for line in lines
    ]  # fmt: skip
    found += [
        _passage(item.text, item.language, _SPEECH, "speech", item.score, item.span,
                 item.evidence, item.words)
        for item in utterances
        if item.understanding is Understanding.UNDERSTOOD
    ]  # fmt: skip
    found += [
        _passage(normalise(text), language_of(text), _METADATA, name.partition("/")[0],
                 SCORE_ONE, None, (context_ref(name, whole),))
        for name, text in context_texts(context)
    ]  # fmt: skip
    return tuple(item for item in found if item.tokens)


_WEIGHTS: Final = {"title": TITLE_WEIGHT, "comment": COMMENT_WEIGHT}


def _passage(
    text: str,
    language: str,
    modality: str,
    source: str,
    score: int,
    span: TimeSpan | None,
    refs: tuple[EvidenceRef, ...],
    words: tuple[Word, ...] = (),
    prose: str | None = None,
    places: Sequence[int] = (),
) -> Passage:
    """Return a passage; `prose` is what of its text is words, where that is not all."""
    tokens = tokenise(text if prose is None else prose, han=language not in _NOT_CHINESE)
    return Passage(
        text=text,
        tokens=tokens,
        modality=modality,
        source=source,
        score=score,
        weight=_WEIGHTS.get(source, GIVEN_WEIGHT),
        cased=modality != _SPEECH and case_tells(tokens),
        span=span,
        words=words,
        refs=refs,
        folded=tuple([token.folded for token in tokens]),
        places=places,
    )


def tokenise(text: str, *, han: bool = True) -> tuple[Token, ...]:
    """Return the words of a text: runs of letters, Chinese cut into words; no numbers."""
    tokens = []
    for found in _TOKEN.finditer(text):
        run, at = found.group(), found.start()
        if run[0] < "㐀" or run[0] > "鿿":
            tokens.append(Token(run, run.casefold(), at, found.end()))
        elif han:
            for word, tag in chinese.tagged(run):
                tokens.append(Token(word, word, at, at + len(word), True, tag))
                at += len(word)
    return tuple(tokens)


def case_tells(tokens: Sequence[Token]) -> bool:
    """Tell whether a text is written in sentences: some capitals, and a content word without one.

    In "Reading In Nice Weather", "READING" and "reading" the capitals say nothing of names.
    """
    latin = [token for token in tokens if not token.is_han]
    return any([token.text[0].isupper() for token in latin]) and any(
        token.text.islower() and not english.is_stopword(token.folded) for token in latin
    )
