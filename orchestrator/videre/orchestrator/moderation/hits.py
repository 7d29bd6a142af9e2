"""What rules find: detections of classes, and listed words, each with its stretch. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from videre.common.errors import invalid
from videre.common.values import SCORE_ONE, TimeSpan
from videre.orchestrator.document import EvidenceRef, WordHit
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import SOUND
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.fusion.searched_texts import SearchedText, given_with, read, spoken
from videre.orchestrator.moderation.coverage import has_track, sources_of
from videre.orchestrator.moderation.feeds import Source, Together, classes_of, features_of
from videre.orchestrator.moderation.inputs import ModerationInput
from videre.orchestrator.moderation.own_libraries import matches_of, word_lists_of
from videre.orchestrator.moderation.sights import Sights
from videre.orchestrator.moderation.template import Medium, ModerationTemplate, Rule
from videre.orchestrator.moderation.words import Match, WordList, matcher

_PERCENT: Final = SCORE_ONE // 100
#: Media whose rules name classes; those of the others name lists of words.
_SEEN_OR_HEARD: Final = frozenset({Medium.IMAGE, Medium.SOUND})


@dataclass(frozen=True, slots=True)
class Hit:
    """One detection for one rule.

    Args:
        label: the rule's label, or the list's for words.
        span: when.
        score: calibrated score E4; for words: the entry's weight × how surely it was read or heard.
        refs: the evidence.
        words: the words, for texts.
    """

    label: str
    span: TimeSpan
    score: int
    refs: tuple[EvidenceRef, ...]
    words: tuple[WordHit, ...] = ()

    @property
    def frames(self) -> frozenset[int]:
        """Frames that show it; none where it is not seen."""
        shown = (ref.span.start_frame for ref in self.refs if not self.words)
        return frozenset(frame for frame in shown if frame is not None)


class Finder:
    """Looks for what rules name in one media: what they share is made once."""

    def __init__(
        self,
        rules: Iterable[Rule],
        given: ModerationInput,
        judge: Judge,
        phrases: Sequence[str] = (),
    ) -> None:
        """Take all rules that will be asked for, and phrases in which listed words are harmless."""
        self._given = given
        asked = tuple(rules)
        names = sorted({name for rule in asked for name in rule.word_lists})
        lists = (given.word_lists[name] for name in names if name in given.word_lists)
        own = (one for rule in asked for one in word_lists_of(rule, given.libraries))
        known = dict.fromkeys([*lists, *own])
        self._lists = tuple(_allowing(one, phrases) for one in known)
        self._found: dict[Medium, Sequence[tuple[SearchedText, Match]]] = {}
        self._listened = {rule.category for rule in asked if rule.medium is Medium.SOUND}
        self._sights = Sights(
            given,
            judge,
            (
                wanted
                for rule in asked
                for _, source in sources_of(rule)
                for wanted in classes_of(source.feed)
            ),
        )

    def find(self, rule: Rule) -> list[Hit]:
        """Return everything a rule finds, whatever its thresholds say of it.

        Raises:
            VidereError: FIELD_INVALID, the rule names a word list that was not given.
        """
        if rule.medium in _SEEN_OR_HEARD:
            return [*self._detections(rule), *self._matches(rule)]
        own = {one.name for one in word_lists_of(rule, self._given.libraries)}
        lists = own | {self._list(rule, name).name for name in rule.word_lists}
        return [
            _word(text, match)
            for text, match in (self._words(rule.medium) if lists else ())
            if match.word_list.name in lists
            and (
                not rule.labels
                or match.category in rule.labels
                or (match.word_list.name in own and not match.entry.category)
            )
        ]

    def _matches(self, rule: Rule) -> list[Hit]:
        """Return the entries of the rule's libraries that are there."""
        return [
            Hit(label, span, match.score, match.evidence)
            for label, match in matches_of(rule, self._given.libraries)
            for span in match.spans
        ]

    def stretch(self, record: Evidence) -> TimeSpan:
        """Return how long a record speaks."""
        return self._sights.stretch(record)

    def _list(self, rule: Rule, name: str) -> WordList:
        word_list = self._given.word_lists.get(name)
        if word_list is None:
            raise invalid("word_lists", f"rule {rule.rule_id}: no list {name!r}", actual=name)
        return word_list

    def _words(self, medium: Medium) -> Sequence[tuple[SearchedText, Match]]:
        """Return every listed word of any rule in the texts of a medium."""
        if medium not in self._found:
            listed = matcher(*self._lists)  # found by all entries: once, not for every text
            self._found[medium] = [
                (text, match)
                for text in _texts(medium, self._given)
                for match in listed.find(text.text)
            ]
        return self._found[medium]

    def _detections(self, rule: Rule) -> list[Hit]:
        if not has_track(rule.medium, self._given.analysis):
            return []
        return [
            Hit(label, sight.span, sight.score, sight.refs)
            for label, source in self.fed(rule)
            for sight in self._sights.of(source.feed)
        ]

    def begun(self, rule: Rule) -> Iterator[Together]:
        """Yield what is several things at a time for a rule, of which the first is there."""
        for _, source in self.fed(rule):
            feed = source.feed
            if isinstance(feed, Together) and self._sights.of(feed.parts[0]):
                yield feed

    def fed(self, rule: Rule) -> Iterator[tuple[str, Source]]:
        """Yield what feeds the labels of a rule.

        What is heard feeds labels of pictures only where no rule of the category listens: one shot
        is one witness.
        """
        listened = rule.medium is Medium.IMAGE and rule.category in self._listened
        for label, source in sources_of(rule):
            if not (listened and set(features_of(source.feed)) == {SOUND.name}):
                yield label, source


def _allowing(word_list: WordList, phrases: Sequence[str]) -> WordList:
    """Return a list that takes phrases for harmless too."""
    if not phrases:
        return word_list
    return replace(word_list, allow=(*word_list.allow, *phrases))


def further_features(template: ModerationTemplate, given: ModerationInput) -> frozenset[str]:
    """Return the features whose evidence rules ask for beside the first ones.

    Most films show nothing that has to be there together with something else: the rest of their
    evidence, which may be much, is not read then.

    Args:
        given: with the evidence of `coverage.asked_features(template, first=True)`.
    """
    rules = [rule for rule in template.rules if rule.enabled]
    finder = Finder(rules, given, Judge(given.engines, given.tables))
    return frozenset(
        feature
        for rule in rules
        for feed in finder.begun(rule)
        for part in feed.parts[1:]
        for feature in features_of(part)
    )


def _texts(medium: Medium, given: ModerationInput) -> list[SearchedText]:
    match medium:
        case Medium.SPEECH:
            return spoken(given.analysis.utterances)
        case Medium.TEXT:
            return read(given.analysis.text_lines)
        case _:
            return given_with(given.context, given.analysis.media)


def _word(text: SearchedText, match: Match) -> Hit:
    entry = match.entry
    span, score = text.at(match.start, match.end)
    weighted = (entry.weight * _PERCENT * score + SCORE_ONE // 2) // SCORE_ONE
    word = WordHit(
        entry=entry.text,
        word_list=match.word_list.name,
        text=text.text[match.start : match.end],
        start=match.start,
        end=match.end,
        folds=tuple(fold.value for fold in match.folds(text.text)),
        category=match.category,
        language=entry.language or match.word_list.language,
        weight=entry.weight,
        span=span,
    )
    return Hit(match.category, span, weighted, text.refs, (word,))
