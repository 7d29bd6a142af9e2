"""Overlays add to the packaged taxonomy, and change nothing that stands."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.fusion.topics import TopicIndex
from videre.orchestrator.settings import OrchestratorSettings
from videre.orchestrator.taxonomy.entries import TaxonomyError
from videre.orchestrator.taxonomy.load import load_taxonomy
from videre.orchestrator.taxonomy.overlay import Overlay, merge
from videre.orchestrator.taxonomy.parse import parse_nodes

PAGE = Path(__file__).parents[4] / "docs" / "taxonomy.md"
BASE = load_taxonomy()
HUSKY = {"parent": "animal.pet", "en": "Husky", "zh-Hans": "哈士奇"}


def laid(document: dict[str, Any]) -> Any:
    """The taxonomy with one overlay."""
    return merge(BASE, [Overlay("my.toml", document)])


def test_without_overlays_nothing_changes() -> None:
    assert merge(BASE, []) is BASE


def test_the_example_of_the_page_does_what_the_page_says(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(# newsroom\.toml\n.*?)```", PAGE.read_text("utf-8"), re.S)
    file = tmp_path / "newsroom.toml"
    file.write_text(example, "utf-8")
    taxonomy = load_taxonomy([file])
    assert taxonomy.name("newsroom.sports_desk", "zh-Hans") == "体育组"
    assert taxonomy.name("animal.dog", "de") == "Hund"
    assert taxonomy.node_of("classes", "Siberian husky") == "animal.husky"
    assert taxonomy.node_of("classes", "pug") == "animal.dog"
    assert taxonomy.node_of("classes", "sports_set") == "newsroom.sports_desk"
    index = TopicIndex(taxonomy)
    assert index.find("Hund, doggo, huskies") == {"animal.dog": 2, "animal.husky": 1}
    assert not index.find("小狗")
    assert re.fullmatch(r"3\+[0-9a-f]{8}", taxonomy.version)


def test_the_page_counts_what_is_there() -> None:
    counts = [sum(node.level == level for node in BASE.nodes.values()) for level in (1, 2, 3)]
    words = "{} categories, {} kinds and {:,} details".format(*counts)
    assert f"Version {BASE.version} has {words}" in PAGE.read_text("utf-8")


def test_the_node_on_the_page_is_the_one_in_the_tree() -> None:
    (line,) = re.findall(r"```toml\n(\"place\.bank\".*)\n```", PAGE.read_text("utf-8"))
    assert parse_nodes({"level2": tomllib.loads(line)}) == {"place.bank": BASE.node("place.bank")}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"level4": {}}, "the file: unknown key 'level4'"),
        ({"level3": {"animal.dog": {"parent": "animal.bird"}}}, "animal.dog: has the parent"),
        ({"level2": {"animal.dog": {}}}, "animal.dog: is of level 3, and stays there"),
        ({"level3": {"animal.dog": {"en": "Hound"}}}, "animal.dog: is named 'Dog' in 'en'"),
        ({"level3": {"my.x": {**HUSKY, "parent": "animal"}}}, "my.x: parent 'animal' is not of"),
        ({"level3": {"my.x": {"parent": "animal.pet", "en": "X"}}}, "my.x: no name in 'zh-Hans'"),
        ({"level3": {"my.x": {**HUSKY, "aliases": ["cat"]}}}, "my.x: the word 'cat' names"),
        ({"level3": {"my.x": {**HUSKY, "excludes": ["animal.cat"]}}}, "the other way round"),
        ({"mappings": {"coco80": {"nodes": {"animal.cat": ["lynx"]}}}}, "coco80: 'lynx' is no cl"),
        ({"mappings": {"coco80": {"feature": "sound"}}}, "coco80: only 'nodes' and 'unmapped'"),
        ({"mappings": {"coco80": {"nodes": {"my.y": ["cat"]}}}}, "coco80: 'cat' → unknown node"),
        ({"mappings": {"mine": {"nodes": {"animal.cat": ["tom"]}}}}, "mine: 'feature' must be"),
        ({"mappings": {"mine": "x"}}, "mine: a mapping is a table"),
        ({"mappings": []}, "'mappings' must be a table"),
        (
            {"mappings": {"mine": {"feature": "objects", "nodes": {"animal.pet": ["cat"]}}}},
            "mine: 'cat' means another node in another list of objects",
        ),
        ({"shared_words": {"cat": 1}}, "shared_words: 'cat' must be a text"),
    ],
)
def test_a_wrong_overlay_is_refused_by_name(document: dict[str, Any], message: str) -> None:
    with pytest.raises(TaxonomyError, match=f"^my.toml: .*{re.escape(message)}"):
        laid(document)


def test_a_class_can_lose_its_meaning_and_a_mute_one_get_one() -> None:
    mute = laid({"mappings": {"coco80": {"unmapped": {"kite": "birds, here"}}}})
    assert mute.node_of("objects", "kite") == ""
    heard = laid({"mappings": {"imagenet1000": {"nodes": {"sports.fishing": ["reel"]}}}})
    assert heard.node_of("classes", "reel") == "sports.fishing"
    assert BASE.node_of("classes", "reel") == ""


def test_an_overlay_silences_and_never_makes_speak() -> None:
    taxonomy = laid({"level3": {"animal.dog": {"spoken": False}, "color.black": {"spoken": True}}})
    assert not taxonomy.node("animal.dog").spoken
    assert not taxonomy.node("color.black").spoken


def test_later_overlays_stand_on_earlier_ones() -> None:
    first = Overlay("a.toml", {"level3": {"my.husky": HUSKY}})
    second = Overlay("b.toml", {"level3": {"my.husky": {"de": "Husky"}}})
    assert merge(BASE, [first, second]).name("my.husky", "de") == "Husky"
    with pytest.raises(TaxonomyError, match=r"^b.toml: my.husky: parent ''"):
        merge(BASE, [second, first])


def test_the_version_tells_content_apart_and_nothing_else() -> None:
    some = {"level3": {"my.husky": HUSKY, "animal.dog": {"de": "Hund"}}}
    turned = {"level3": dict(reversed(some["level3"].items()))}
    other = {"level3": {"my.husky": {**HUSKY, "aliases": ["huskies"]}}}
    assert merge(BASE, [Overlay("x", some)]).version == merge(BASE, [Overlay("y", turned)]).version
    assert laid(some).version != laid(other).version


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "No such file"), (b"[level1", "Expected"), (b'[level1]\n"\xff" = 1', "utf-8")],
)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    file = tmp_path / "own.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(TaxonomyError, match=f"{re.escape(str(file))}.*{message}"):
        load_taxonomy([file])


def test_the_setting_names_files_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDERE_TAXONOMY_OVERLAYS", "/etc/b.toml, /etc/a.toml")
    assert OrchestratorSettings().overlay_paths == (Path("/etc/b.toml"), Path("/etc/a.toml"))


KINDS = sorted(node.id for node in BASE.nodes.values() if node.level == 2)
KNOWN = sorted(BASE.nodes)


@given(
    st.dictionaries(st.from_regex(r"own\.[a-z0-9]{1,6}", fullmatch=True), st.sampled_from(KINDS),
                    max_size=5),
    st.lists(st.sampled_from(KNOWN), unique=True, max_size=5),
)  # fmt: skip
def test_what_stands_keeps_its_place_and_names(added: dict[str, str], named: list[str]) -> None:
    document: dict[str, Any] = {"level1": {}, "level2": {}, "level3": {}}
    for node_id, parent in added.items():
        document["level3"][node_id] = {
            "parent": parent, "en": f"Own {node_id[4:]}", "zh-Hans": f"自有{node_id[4:]}",
        }  # fmt: skip
    for node_id in named:
        document[f"level{BASE.node(node_id).level}"][node_id] = {"fr": f"nom {node_id}"}
    merged = laid(document)
    assert merged.nodes.keys() == BASE.nodes.keys() | added.keys()
    for node in BASE.nodes.values():
        now = merged.node(node.id)
        assert (now.level, now.parent, now.aliases) == (node.level, node.parent, node.aliases)
        assert now.names.items() >= node.names.items()
    for node_id, parent in added.items():
        assert list(merged.lineage(node_id))[1:] == list(BASE.lineage(parent))
    assert merged.mappings == BASE.mappings


def test_an_empty_file_leaves_every_node() -> None:
    assert laid(tomllib.loads("")).nodes == BASE.nodes
