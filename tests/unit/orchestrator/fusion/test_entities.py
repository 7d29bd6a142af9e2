"""Places, people, organisations: found where they are named, never in words of every day."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from videre.common.values import NS
from videre.orchestrator.document import Entity, EntityKind, PlaceReason
from videre.orchestrator.fusion.entities import entities, mentions
from videre.orchestrator.fusion.passages import Passage
from videre.orchestrator.lexicon.names import KnownName, KnownNames, load_names
from videre.orchestrator.timeline import Timeline

CLOCK = Timeline(100 * NS)
LAX = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
SENTENCES = Path(__file__).parents[4] / "bench" / "language_sentences.toml"

SPOKEN_PLACES = [
    ("we flew from chicago to san francisco last summer", {"Chicago", "San Francisco"}),
    ("the delegation arrived in paris on monday", {"Paris"}),
    ("our office in tokyo opens next year", {"Tokyo"}),
    ("their office is in shanghai now", {"Shanghai"}),
    ("she grew up near liverpool in england", {"Liverpool", "England"}),
    ("they drove across texas and new mexico", {"Texas", "New Mexico"}),
    ("the river flows through germany and the netherlands", {"Germany", "Netherlands"}),
    ("he studied in reading england for a year", {"Reading", "England"}),
    ("the factory in turkey makes carpets", {"Turkey"}),
    ("we visited sydney and melbourne in australia", {"Sydney", "Melbourne", "Australia"}),
    ("welcome to hong kong", {"Hong Kong"}),
    ("he was born in lincoln nebraska", {"Lincoln", "Nebraska"}),
    ("the president of brazil spoke in washington today", {"Brazil", "Washington"}),
]
SHOWN_PLACES = [
    ("Live from London", {"London"}),
    ("PARIS, FRANCE", {"Paris", "France"}),
    ("Springfield, Illinois", {"Springfield", "Illinois"}),
    ("He lives in Bath with his sister", {"Bath"}),
    ("We met in Nice last year", {"Nice"}),
    ("St. Louis, Missouri", {"St. Louis", "Missouri"}),
    ("São Paulo", {"São Paulo"}),
    ("开往上海的列车", {"上海"}),
    ("四川成都大熊猫", {"成都", "四川"}),
    ("新疆维吾尔自治区乌鲁木齐市", {"新疆", "乌鲁木齐"}),
    ("游客来到巴黎埃菲尔铁塔", {"巴黎"}),
    ("从广州到深圳的高铁", {"广州", "深圳"}),
]
EVERYDAY_SPEECH = """
reading is a nice way to spend a day | i took a bath and went to bed
a mobile phone with an orange case | she will split the deal in half
the turkey was served with china plates | put the cork in the bottle
jordan and charlotte went home | austin said he would come | the victoria sponge was good
we need to march in may | he is of good character | the long beach was empty
they are interested in reading | turn the page to reading | florence is my aunt
an aurora in the sky | a bordeaux wine and a swiss watch | grand rapids and little rock
the hull of the ship | in general in order in case in fact in effect
the golden temple and the green bay | my son chad went to college | sandy and rusty played
the same old van | he came to hope and faith | in mobile computing | salt lake and sugar land
in orange juice there is sugar | to nancy with love | in liberty and union
"""
EVERYDAY_TEXT = """
Welcome to Reading | Reading Is Nice | READING LIST | Nice weather today | Mobile phones
Of mice and men | Orange is the new black | The Turkey sandwich | The Same Day | Jackson Street
Paris Hilton arrives | New York Times | the us team | Visa accepted here | Apple
Barack Obama arrives | Brussels sprouts with bacon
苹果很好吃 | 祝大家一路平安 | 安静的海洋 | 温馨提示：请勿吸烟 | 中山装 | 大理石 | 和平与发展
谢谢观看 | 朝阳升起 | 日照充足 | 白银价格 | 我很高兴马上见到你 | 小明和小红 | 东方红
"""
#: What the project's own sentences and transcripts do name.
TRULY_NAMED = {
    "Boston", "Shanghai", "Netherlands", "United States", "Fullerton", "艾琳·柯林斯",
    "Blender Foundation", "广州市房地产中介协会",
}  # fmt: skip


def found(passages: tuple[Passage, ...]) -> tuple[Entity, ...]:
    return entities(mentions(passages, load_names()), CLOCK)


def named(passages: tuple[Passage, ...], kind: EntityKind = EntityKind.PLACE) -> set[str]:
    return {
        entity.place.candidates[0].name_zh
        if entity.place is not None and entity.language == "zh"
        else entity.name
        for entity in found(passages)
        if entity.kind is kind
    }


@pytest.mark.parametrize(("text", "places"), SPOKEN_PLACES)
def test_places_planted_in_speech(words: Any, text: str, places: set[str]) -> None:
    assert named(words((), [text])) == places


@pytest.mark.parametrize(("text", "places"), SHOWN_PLACES)
def test_places_planted_in_captions(words: Any, text: str, places: set[str]) -> None:
    assert named(words([text])) == places


@pytest.mark.parametrize("text", re.split(r"\s*[|\n]\s*", EVERYDAY_SPEECH.strip()))
def test_words_of_every_day_name_nothing_in_speech(words: Any, text: str) -> None:
    assert found(words((), [text])) == ()


@pytest.mark.parametrize("text", re.split(r"\s*[|\n]\s*", EVERYDAY_TEXT.strip()))
def test_words_of_every_day_name_nothing_in_captions(words: Any, text: str) -> None:
    assert found(words([text])) == ()


def test_the_sentences_of_the_language_gate_name_two_places(words: Any) -> None:
    sentences = tomllib.loads(SENTENCES.read_text("utf-8"))
    texts = [*sentences["en"], *sentences["zh"]]
    spoken = [re.sub(r"[^a-z' ]", "", text.lower()) for text in sentences["en"]]
    assert {entity.name for entity in found(words(texts, spoken))} == {"Boston", "Shanghai"}


def test_transcripts_and_texts_of_the_test_media_name_what_is_there(words: Any) -> None:
    folder = os.environ.get("VIDERE_TEST_MEDIA")
    if not folder:
        pytest.skip("VIDERE_TEST_MEDIA is not set")
    truth = json.loads((Path(folder) / "truth.json").read_text("utf-8"))
    texts = sorted(set(_texts(truth)))
    spoken = [re.sub(r"[^a-z' ]", "", text.lower()) for text in texts if text.isascii()]
    names = {entity.name for entity in found(words(texts, spoken))}
    assert names <= TRULY_NAMED
    assert "Netherlands" in names


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key in ("transcript", "text") and isinstance(item, (str, list)):
                yield from [item] if isinstance(item, str) else [t for t in item if t]
            else:
                yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Mr. Lincoln was here", {"Lincoln"}),
        ("Dr Jane Goodall in Tanzania", {"Jane Goodall"}),
        ("EILEEN COLLINS", {"Eileen Collins"}),
        ("Michael Johnson", {"Michael Johnson"}),
        ("宇航员 艾琳·柯林斯", {"艾琳·柯林斯"}),
        ("记者张伟报道", {"张伟"}),
        ("王毅外长在纽约", {"王毅"}),
        ("Jackson Street", set()),
        ("Mark the date", set()),
        ("安静温馨", set()),
    ],
)
def test_people_in_captions(words: Any, text: str, people: set[str]) -> None:
    assert named(words([text]), EntityKind.PERSON) == people


def test_people_in_speech_need_a_title_or_both_names(words: Any) -> None:
    said = ["president kennedy spoke", "george washington crossed the river", "kennedy was here"]
    assert named(words((), said), EntityKind.PERSON) == {"Kennedy", "George Washington"}


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("Big Buck Bunny © Blender Foundation", EntityKind.ORGANISATION, "Blender Foundation"),
        ("University of Oxford students", EntityKind.ORGANISATION, "University of Oxford"),
        ("Bank of China", EntityKind.ORGANISATION, "Bank of China"),
        ("广州市房地产中介协会分析", EntityKind.ORGANISATION, "广州市房地产中介协会"),
        ("华为发布新手机", EntityKind.BRAND, "Huawei"),
        ("He bought an Apple phone", EntityKind.BRAND, "Apple"),
        ("Drink Coca Cola", EntityKind.BRAND, "Coca-Cola"),
    ],
)
def test_organisations_and_brands(words: Any, text: str, kind: EntityKind, name: str) -> None:
    assert named(words([text]), kind) == {name}


def test_an_operators_name_is_found(words: Any) -> None:
    own = KnownNames([KnownName("Acme Turbo", EntityKind.PRODUCT, ("阿克米涡轮",))])
    found = entities(mentions(words(["阿克米涡轮", "New: the acme turbo"]), own), CLOCK)
    assert [(e.name, e.kind, e.mentions) for e in found] == [("Acme Turbo", EntityKind.PRODUCT, 1)]


def test_ambiguous_names_keep_their_places_in_order(words: Any) -> None:
    (paris,) = found(words(["Live from Paris"]))
    assert paris.place is not None
    first, *others = paris.place.candidates
    assert (first.country, first.name_zh, first.reason) == ("FR", "巴黎", PlaceReason.POPULATION)
    assert first.latitude_e6 is not None
    assert first.latitude_e6 // 1_000_000 == 48
    assert "US" in {place.country for place in others}
    assert paris.place.candidate_count == 1 + len(others)


def test_the_region_beside_a_name_decides_which_place_is_meant(words: Any) -> None:
    (paris, texas) = found(words(["Paris, Texas"]))
    assert paris.place is not None
    first = paris.place.candidates[0]
    assert (first.country, first.region, first.reason) == ("US", "Texas", PlaceReason.NAMED_WITH)
    assert texas.name == "Texas"


def test_times_of_speech_are_those_of_the_words(words: Any) -> None:
    (tokyo,) = found(words((), ["our office in tokyo opens next year"]))
    assert [(span.start_ns, span.end_ns) for span in tokyo.spans] == [(3 * NS // 10, 4 * NS // 10)]
    assert tokyo.evidence[0].id == "speech/0"


def test_modalities_that_agree_are_surer_than_each(words: Any) -> None:
    (both,) = found(words(["伦敦"], ["our man in london"]))
    (heard,) = found(words((), ["our man in london"]))
    assert both.modalities == ("speech", "text")
    assert both.score > heard.score
    assert both.mentions == 2


LINES = st.lists(
    st.sampled_from(
        [text for text, _ in SHOWN_PLACES] + ["Nice weather today", "谢谢观看", "Apple"]
    )
    | st.text("abc ABC.京上", max_size=12),
    max_size=6,
)


@LAX
@given(lines=LINES, data=st.data())
def test_order_does_not_matter(words: Any, lines: list[str], data: st.DataObject) -> None:
    made = words(lines)
    assert found(tuple(data.draw(st.permutations(made)))) == found(made)


@LAX
@given(lines=LINES, more=LINES)
def test_further_text_never_takes_a_name_away(
    words: Any, lines: list[str], more: list[str]
) -> None:
    before = {(entity.kind, entity.name): entity for entity in found(words(lines))}
    after = {(entity.kind, entity.name): entity for entity in found(words(lines + more))}
    assert before.keys() <= after.keys()
    assert all(after[key].score >= entity.score for key, entity in before.items())
