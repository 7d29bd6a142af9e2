"""Keywords: telling words first, inflections merged, junk left out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from videre.common.values import NS
from videre.orchestrator.fusion.entities import mentions
from videre.orchestrator.fusion.keywords import MOST_KEYWORDS, keywords
from videre.orchestrator.lexicon.names import load_names
from videre.orchestrator.timeline import Timeline

CLOCK = Timeline(100 * NS)
LAX = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)

LECTURE = [
    "printing in the only sense with which we are at present concerned",
    "the invention of movable metal letters",
    "as an example of fine typography the earliest book printed with movable types",
    "the art of printing books by means of movable types",
]


def texts(passages: Any) -> list[str]:
    return [keyword.text for keyword in keywords(passages, (), CLOCK)]


def test_telling_words_come_first_and_words_of_every_day_not_at_all(words: Any) -> None:
    found = texts(words((), LECTURE))
    assert {"movable types", "printing", "typography"} <= set(found[:6])
    assert not {"the", "with", "only", "sense", "means"} & set(found)


def test_inflected_forms_are_one_keyword(words: Any) -> None:
    found = keywords(words((), LECTURE), (), CLOCK)
    (printing,) = [keyword for keyword in found if keyword.text.startswith("print")]
    assert (printing.text, printing.mentions) == ("printing", 3)


def test_words_of_one_stem_that_mean_other_things_are_not_merged(words: Any) -> None:
    found = texts(words((), ["the generator hums", "a generation of organisms", "an organist"]))
    assert {"generator", "organisms", "organist"} <= set(found)


def test_speech_text_and_title_count_together(words: Any) -> None:
    made = words(["Volcano eruption"], ["the volcanoes of iceland"], title="Volcano")
    first = keywords(made, (), CLOCK)[0]
    assert (first.text, first.mentions) == ("Volcano", 3)
    assert first.modalities == ("metadata", "speech", "text")
    assert [ref.modality for ref in first.evidence] == ["metadata", "speech", "text"]


@pytest.mark.parametrize(
    "junk", ["x", "12 345", "lI1l", "xqzt", "wfkj", "AX B", "the of and", "的 了"]
)
def test_fragments_numbers_and_stopwords_are_no_keywords(words: Any, junk: str) -> None:
    assert texts(words([junk])) == []


def test_a_new_name_is_a_keyword_as_written(words: Any) -> None:
    assert texts(words(["OpenVision demo today"]))[0] == "OpenVision"


def test_chinese_words_are_cut_out(words: Any) -> None:
    made = words(["人工智能改变世界", "人工智能的算法", "科学家发现新的算法"])
    found = keywords(made, (), CLOCK)
    assert {"人工智能", "算法", "科学家"} <= {keyword.text for keyword in found}
    assert {keyword.language for keyword in found} == {"zh"}


def test_the_list_is_bounded(words: Any) -> None:
    heavy = "volcano glacier typography penguin violin telescope cathedral lobster saxophone"
    lines = [f"{a} {b}" for a in heavy.split() for b in heavy.split()]
    assert len(keywords(words(lines), (), CLOCK)) <= MOST_KEYWORDS


@LAX
@given(data=st.data())
def test_order_does_not_matter(words: Any, data: st.DataObject) -> None:
    made = words(["Volcano eruption", "人工智能的算法"], LECTURE, title="Volcano")
    assert keywords(data.draw(st.permutations(made)), (), CLOCK) == keywords(made, (), CLOCK)


@LAX
@given(more=st.sampled_from(LECTURE))
def test_a_further_mention_never_lowers_a_keyword(words: Any, more: str) -> None:
    before = {k.text: k.score for k in keywords(words((), LECTURE), (), CLOCK)}
    after = {k.text: k.score for k in keywords(words((), [*LECTURE, more]), (), CLOCK)}
    assert all(after[text] >= score for text, score in before.items() if text in after)


def test_a_name_is_one_keyword_however_seldom_it_is_named(words: Any) -> None:
    made = words(["Drink Coca-Cola"])
    named = mentions(made, load_names())
    found = [keyword.text for keyword in keywords(made, named, CLOCK)]
    assert "Coca-Cola" in found
    assert not {"Coca", "Cola"} & set(found)


@pytest.mark.parametrize(
    "word", ["ready", "watching", "watched", "listening", "replies", "stopped"]
)
def test_words_that_are_in_every_film_are_no_keywords(words: Any, word: str) -> None:
    assert texts(words([f"the {word} volcano"])) == ["volcano"]
