"""People, topics and places against what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bench.constructed.people_film import PersonShot
from bench.constructed.planted_places import (
    Planted,
    everyday_shown,
    everyday_spoken,
    shown,
    spoken,
)
from bench.constructed.topic_texts import topic_texts
from bench.measures.people import people_figures
from bench.measures.words import ToldTopics, false_places, planted_places, topic_figures
from videre.cli.evaluation.truth import Span
from videre.common.values import NS, TimeSpan
from videre.orchestrator.document import Entity, TextKind, TextLine, Understanding, Utterance
from videre.orchestrator.fusion.entities import entities, mentions
from videre.orchestrator.fusion.inputs import Context
from videre.orchestrator.fusion.passages import passages
from videre.orchestrator.fusion.text_reading import language_of
from videre.orchestrator.lexicon.names import load_names
from videre.orchestrator.lexicon.topic_map import load_topics
from videre.orchestrator.timeline import Timeline

ANN, BOB = "ann", "bob"
SHOTS = [PersonShot(who, "plain", Span(n, n + 1)) for n, who in enumerate([ANN, BOB, ANN, BOB])]


def told(*ids: str) -> list[frozenset[str]]:
    return [frozenset({name} if name else ()) for name in ids]


@pytest.mark.parametrize(
    ("ids", "purity", "pairs", "found"),
    [
        (("a", "b", "a", "b"), 1.0, 1.0, 1.0),
        (("a", "b", "c", "b"), 1.0, 0.5, 1.0),
        (("a", "a", "a", "a"), 0.5, 1.0, 1.0),
        (("a", "", "a", "b"), 1.0, 0.5, 0.75),
        (("", "", "", ""), None, 0.0, 0.0),
    ],
)
def test_people_who_are_one_and_people_who_are_two(
    ids: tuple[str, ...], purity: float | None, pairs: float, found: float
) -> None:
    values = [figure.value for figure in people_figures("clips", SHOTS, told(*ids))]
    assert values == [purity, pairs, found]


def test_a_topic_counts_where_it_comes_first() -> None:
    texts = [
        ToldTopics("a.txt", "food", "en", (("food", 0.9), ("travel", 0.5))),
        ToldTopics("b.txt", "music", "en", (("dance", 0.6), ("music", 0.5))),
        ToldTopics("c.txt", "news", "zh-Hans", ()),
    ]
    first, among, english, chinese = (figure.value for figure in topic_figures(texts))
    assert (first, among) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert (english, chinese) == (0.5, 0.0)


def test_every_topic_has_a_text_in_both_languages(tmp_path: Path) -> None:
    made = topic_texts(tmp_path)
    topics = load_topics().topics.keys()
    assert {(text.topic, text.language) for text in made} == {
        (topic, language) for topic in topics for language in ("en", "zh-Hans")
    }


def named(lines: Sequence[str] = (), spoken_lines: Sequence[str] = ()) -> tuple[Entity, ...]:
    span = TimeSpan(0, NS)
    shown_lines = [
        TextLine(text, span, (), None, 10_000, language_of(text), TextKind.SUBTITLE, ())
        for text in lines
    ]
    heard = [
        Utterance(span, text, (), "en", Understanding.UNDERSTOOD, 9_000, ())
        for text in spoken_lines
    ]
    read = passages(shown_lines, heard, Context(), span)
    return entities(mentions(read, load_names()), Timeline(100 * NS))


def test_planted_places_are_found_and_others_are_false() -> None:
    planted = [Planted("Paris", "we flew to paris"), Planted("Kenya", "lions in kenya")]
    found = named((), ["we flew to paris", "it was warm in tokyo"])
    assert planted_places("speech", planted, found).value == 1
    assert false_places([("speech", found)], planted, 0).value == 1
    assert false_places([("speech", found)], [*planted, Planted("Tokyo", "")], 0).value == 0


def test_the_planted_places_are_told_and_sentences_of_every_day_name_none() -> None:
    heard = named((), [item.text for item in spoken()])
    written = named([item.text for item in shown()])
    assert planted_places("speech", spoken(), heard).value == len(spoken()) == 10
    assert planted_places("captions", shown(), written).value == len(shown()) == 10
    plain = [named(everyday_shown()), named((), everyday_spoken())]
    assert false_places([("", one) for one in plain], [], 0).value == 0
