"""The topics there are and what speaks for each: the packaged `data/topics.toml`, checked. Pure."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from videre.orchestrator.taxonomy.entries import DEFAULT_LANGUAGE
from videre.orchestrator.taxonomy.model import Taxonomy

_TOKEN: Final = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class TopicRules:
    """What speaks for one topic.

    Args:
        id: immutable id.
        names: name by BCP 47 language.
        nodes: weight in per cent of a sure label at a taxonomy node or below it.
        words: weight in per cent of a word or phrase, in small letters.
        background: nodes whose labels are also played behind other things.
    """

    id: str
    names: Mapping[str, str]
    nodes: Mapping[str, int]
    words: Mapping[str, int]
    background: tuple[str, ...] = ()


class TopicMap:
    """All topics, and which words speak for which."""

    def __init__(self, version: str, topics: tuple[TopicRules, ...]) -> None:
        self.version = version
        self.topics = {topic.id: topic for topic in topics}
        #: Latin words and phrases as tokens; weights by topic.
        self.phrases: dict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
        #: Chinese words; weights by topic.
        self.han: dict[str, dict[str, int]] = defaultdict(dict)
        for topic in topics:
            for word, weight in topic.words.items():
                if word.isascii():
                    self.phrases[tuple(_TOKEN.findall(word))][topic.id] = weight
                else:
                    self.han[word][topic.id] = weight
        self.longest: dict[str, int] = {}
        for phrase in self.phrases:
            self.longest[phrase[0]] = max(len(phrase), self.longest.get(phrase[0], 0))

    def name(self, topic_id: str, language: str) -> str:
        """Return a topic's name: in English where there is no other, the id where it is gone."""
        topic = self.topics.get(topic_id)
        if topic is None:
            return topic_id
        return topic.names.get(language) or topic.names[DEFAULT_LANGUAGE]

    def of_node(self, node_id: str, taxonomy: Taxonomy) -> dict[str, int]:
        """Return by topic the weight of a label at a node: that of its nearest listed ancestor."""
        found: dict[str, int] = {}
        for topic in self.topics.values():
            for step in taxonomy.lineage(node_id):
                if step in topic.nodes:
                    if topic.nodes[step]:
                        found[topic.id] = topic.nodes[step]
                    break
        return found


@cache
def load_topics() -> TopicMap:
    """Return the packaged topics, read and checked once.

    Raises:
        ValueError: the packaged file contradicts itself.
    """
    text = (files(__package__) / "data" / "topics.toml").read_text("utf-8")
    return parse_topics(tomllib.loads(text))


def parse_topics(document: dict[str, Any]) -> TopicMap:
    """Return the topics of a document of the form of `data/topics.toml`.

    Raises:
        ValueError: a weight is no per cent, a name is missing or a word stands twice in a topic.
    """
    strong, weak = document["weights"]["strong"], document["weights"]["weak"]
    topics = []
    for topic_id, item in document["topics"].items():
        words: dict[str, int] = {}
        for word, weight in [(w, weak) for w in item["weak"]] + [
            (w, strong) for w in item["strong"]
        ]:
            if word != word.casefold():
                raise ValueError(f"{topic_id}: {word!r} is not in small letters")
            words[word] = weight
        names = {"en": item.get("en", ""), "zh-Hans": item.get("zh-Hans", "")}
        if not all(names.values()):
            raise ValueError(f"{topic_id}: a name is missing")
        if any(not 0 <= weight <= 100 for weight in [*words.values(), *item["nodes"].values()]):
            raise ValueError(f"{topic_id}: a weight is no per cent")
        background = tuple(item.get("background", ()))
        topics.append(TopicRules(topic_id, names, item["nodes"], words, background))
    return TopicMap(document["version"], tuple(topics))
