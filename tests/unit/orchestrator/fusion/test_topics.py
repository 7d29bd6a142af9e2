"""Words that name labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.fusion.topics import TopicIndex
from videre.orchestrator.taxonomy.load import load_taxonomy

TAXONOMY = load_taxonomy()
INDEX = TopicIndex(TAXONOMY)


def test_tokens_match_names_and_aliases_whatever_their_case() -> None:
    assert INDEX.find("My Puppy and another DOG") == {"animal.dog": 2}


def test_parts_of_words_do_not_match() -> None:
    assert not INDEX.find("dogma, scarcity and concatenation")


def test_a_longer_phrase_hides_the_shorter_ones() -> None:
    assert INDEX.find("a hot dog please") == {"food.hot_dog": 1}


def test_chinese_matches_by_substring_of_two_characters_and_more() -> None:
    assert INDEX.find("这是一只熊猫在吃苹果") == {"animal.panda": 1, "food.apple": 1}
    assert not INDEX.find("狗")


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("小熊猫", "animal.red_panda"),
        ("大熊猫", "animal.panda"),
        ("过斑马线", "traffic.zebra_crossing"),
        ("到火车站", "traffic.train_station"),
        ("卡拉ok之夜", "music.karaoke"),
    ],
)
def test_a_longer_chinese_word_hides_the_shorter_ones(text: str, node: str) -> None:
    assert INDEX.find(text) == {node: 1}


def test_a_word_that_does_not_speak_hides_the_shorter_ones_too() -> None:
    assert INDEX.find("手机截图") == {}


def test_words_that_mean_too_much_do_not_speak() -> None:
    assert not INDEX.find("a black letter of text, others")


@pytest.mark.parametrize(
    "sentence",
    [
        "go home, watch the light, and bank on the pool of talent",
        "train the model, ship it, fire the host and store the key",
        "a fan of the seal, bear with me, drink up and toast the host",
        "a couple of judges chair the trial; the driver is on the table",
        "she rose, picked a card, had a ring and a date with a star",
        "watch this space, stream it, book it, face it, swing by the bar",
        "the team will host a party on stage with a suit and tie",
        "our website and web page, the screen shot of this page",
        "an accident of design: beauty, fashion, energy and power",
        "cricket on the roll, a bat, a goal post, the rally, crane your neck",
        "break the seal, jam it, spell a letter, text me, match it",
        "传统的方法，人群画像，电话咨询，数字经济，老师好，文件",
        "具体操作，各方面具有，平台风险，确保安全，今天空气，对外交流",
        "人民生活，提高考试，语文学习，超过年初，小品牌，选手表现",
        "上海报道，管理财务，整体检测，文化学院，每日出行，个人声明",
    ],
)
def test_everyday_sentences_name_nothing(sentence: str) -> None:
    assert not INDEX.find(sentence)


def test_every_word_that_speaks_is_found_by_itself() -> None:
    for node in TAXONOMY.nodes.values():
        for word in node.spoken_words if node.level > 1 else ():
            if len(word) > 1:
                assert INDEX.find(word)[node.id] == 1, (node.id, word)


WORDS = sorted({word for node in TAXONOMY.nodes.values() for word in node.words})


@given(st.lists(st.sampled_from(WORDS), max_size=6), st.sampled_from([" ", ", ", "。", "\n"]))
def test_only_words_that_speak_name_nodes(words: list[str], between: str) -> None:
    found = INDEX.find(between.join(words))
    assert all(TAXONOMY.node(node).spoken and TAXONOMY.node(node).level > 1 for node in found)
