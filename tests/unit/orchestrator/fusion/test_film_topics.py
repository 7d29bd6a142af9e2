"""Topics: from words, titles and labels of all modalities."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from videre.common.values import NS, TimeSpan
from videre.orchestrator.document import EvidenceRef, Label, Topic
from videre.orchestrator.fusion.film_topics import MOST_TOPICS, film_topics
from videre.orchestrator.lexicon.topic_map import load_topics, parse_topics
from videre.orchestrator.taxonomy.load import load_taxonomy
from videre.orchestrator.timeline import Timeline

CLOCK = Timeline(100 * NS)
LAX = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)

#: (title, lines, speech, labels) → the topic that a person would say.
FILMS: list[tuple[str, list[str], list[str], list[str], str]] = [
    ("Breaking news", ["LIVE"], ["the reporter spoke to a spokesman"], [], "news"),
    ("今日新闻", ["本台记者报道"], [], [], "news"),
    ("", ["综艺 真人秀"], ["the celebrity on the red carpet"], ["performance.applause"],
     "entertainment"),
    ("Minecraft gameplay", ["LEVEL UP"], [], ["game.video_game"], "game"),
    ("", ["人工智能与芯片"], ["machine learning and neural networks"], ["electronics.laptop"],
     "technology"),
    ("", [], ["chop the garlic and the onions", "add butter and salt to the sauce"],
     ["food.vegetable"], "food"),
    ("红烧肉菜谱", ["加入酱油和盐"], [], ["tableware.cookware"], "food"),
    ("", ["2:1"], ["he scored the final goal of the match"], ["sports.football"], "sports"),
    ("", ["景点攻略"], ["our trip to the island with its castle"], ["landscape.beach"], "travel"),
    ("", ["Big Buck Bunny © Blender Foundation", "animation"], [], [], "animation"),
    ("", ["街舞"], [], ["performance.dance"], "dance"),
    ("Piano concert", [], [], ["music.piano"], "music"),
    ("", ["预告片", "主演"], ["a movie directed by an actor"], [], "film_tv"),
    ("试驾新能源车", [], [], ["vehicle.car"], "automobile"),
    ("", ["城市道路车辆检测"], [], ["vehicle.car", "traffic.road"], "automobile"),
    ("", [], [], ["animal.cat"], "animals"),
    ("", ["火箭发射"], ["astronauts in orbit"], ["vehicle.spacecraft"], "science"),
    ("", ["房地产市场分析"], ["inflation and interest rates"], [], "finance"),
    ("", [], ["wash your hands said the doctor at the hospital"], ["medical.device"], "health"),
    ("地震救援", [], [], ["disaster.earthquake"], "disaster"),
]  # fmt: skip


def label(node: str, score: int = 8_000, appearance: int = 5_000) -> Label:
    taxonomy = load_taxonomy()
    span = TimeSpan(NS, 2 * NS)
    ref = EvidenceRef(f"{node}/0", "image", "e@1", score, span)
    item = taxonomy.node(node)
    return Label(
        node, item.level, item.parent, score, 0, appearance, (span,), ("image",), (ref,), 1
    )


def about(passages: Any, nodes: list[str]) -> tuple[Topic, ...]:
    labels = [label(node) for node in nodes]
    return film_topics(labels, passages, load_topics(), load_taxonomy(), CLOCK)


@pytest.mark.parametrize(("title", "lines", "said", "nodes", "topic"), FILMS)
def test_the_first_topic_is_the_one_a_person_would_say(
    words: Any, title: str, lines: list[str], said: list[str], nodes: list[str], topic: str
) -> None:
    assert about(words(lines, said, title), nodes)[0].topic_id == topic


def test_a_topic_lists_what_speaks_for_it(words: Any) -> None:
    (first, *_) = about(words((), ["chop the garlic for the sauce"]), ["food.pizza"])
    assert first.words == ("garlic", "sauce")
    assert first.node_ids == ("food.pizza",)
    assert first.modalities == ("image", "speech")
    assert {ref.id for ref in first.evidence} == {"speech/0", "food.pizza/0"}
    assert first.evidence_count == 2


def test_a_single_common_word_makes_no_topic(words: Any) -> None:
    assert about(words((), ["he played in the final"]), []) == ()


def test_a_branch_of_labels_speaks_once(words: Any) -> None:
    alone = about((), ["vehicle.sports_car"])
    assert about((), ["vehicle", "vehicle.road", "vehicle.sports_car"])[0].score == alone[0].score


def test_every_topic_has_names_and_stands_on_nodes_that_exist() -> None:
    taxonomy = load_taxonomy()
    for topic in load_topics().topics.values():
        assert topic.names.keys() == {"en", "zh-Hans"}
        assert topic.nodes.keys() <= taxonomy.nodes.keys()


@pytest.mark.parametrize(
    "change", [{"strong": ["News"]}, {"nodes": {"food": 101}}, {"zh-Hans": ""}]
)
def test_a_wrong_map_is_refused(change: dict[str, Any]) -> None:
    topic = {"en": "News", "zh-Hans": "新闻", "nodes": {}, "strong": ["news"], "weak": []} | change
    with pytest.raises(ValueError, match="news"):
        parse_topics({"version": "1", "weights": {"strong": 45, "weak": 20},
                      "topics": {"news": topic}})  # fmt: skip


NODES = st.lists(
    st.sampled_from(["food.pizza", "vehicle.car", "animal.cat", "music.piano"]), unique=True
)


@LAX
@given(nodes=NODES, data=st.data())
def test_order_does_not_matter(words: Any, nodes: list[str], data: st.DataObject) -> None:
    made = words(["城市道路车辆检测"], ["chop the garlic and the onions"], "Breaking news")
    shuffled = about(data.draw(st.permutations(made)), data.draw(st.permutations(nodes)))
    assert shuffled == about(made, nodes)
    assert len(shuffled) <= MOST_TOPICS


@LAX
@given(nodes=NODES, more=st.sampled_from(["animal.dog", "food.cake", "music.guitar"]))
def test_further_evidence_never_lowers_a_topic(words: Any, nodes: list[str], more: str) -> None:
    before = {topic.topic_id: topic.score for topic in about((), nodes)}
    after = {topic.topic_id: topic.score for topic in about((), [*nodes, more])}
    assert all(after[topic] >= score for topic, score in before.items() if topic in after)


def test_music_is_a_topic_where_it_fills_the_film_and_not_behind_speech() -> None:
    def told(music: int, speech: int) -> set[str]:
        labels = [label("music", 9_900, music), label("music.piece", 9_900, music)]
        labels += [label("people.speech", 9_900, speech)] if speech else []
        found = film_topics(labels, (), load_topics(), load_taxonomy(), CLOCK)
        return {topic.topic_id for topic in found}

    assert told(10_000, 0) == {"music"}
    assert told(10_000, 2_000) == {"music"}
    assert told(10_000, 9_000) == set()
    assert told(2_800, 4_800) == set()


def test_a_silent_label_is_not_heard_by_what_it_is_a_kind_of() -> None:
    shown = [label("media"), label("media.programme"), label("media.cooking_show")]
    found = film_topics(shown, (), load_topics(), load_taxonomy(), CLOCK)
    assert "entertainment" not in {topic.topic_id for topic in found}
