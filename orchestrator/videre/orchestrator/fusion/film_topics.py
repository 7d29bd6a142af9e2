"""What a film is about, from its labels and its words. Pure.

Every label and every word of the topic map that was found is a voice with a support below one:

    label: weight × confidence × (½ + ½ appearance ratio);
           of what is also played behind other things (music) weight × confidence × how much more
           of the film it fills than speech does
    word:  weight × (1 − 2^−m), m = its mentions, each × reading confidence × weight of its place

Voices of one topic add up like independent chances, score = 1 − Π(1 − support): no voice can lower
another one's topic (but speech over music), and the order does not matter. A label speaks only
where none below it is told (a car is a road vehicle is a vehicle), and of one branch of the
taxonomy only the one with most support.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from videre.common.values import SCORE_ONE, TimeSpan
from videre.orchestrator.document import Label, Topic
from videre.orchestrator.fusion.mentions import evidence_of
from videre.orchestrator.fusion.passages import Passage, Token
from videre.orchestrator.fusion.prominence import merge_spans
from videre.orchestrator.lexicon.topic_map import TopicMap
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.orchestrator.timeline import Timeline

#: Topics below this score E4 are left out, and all beyond the first few.
LEAST_SCORE: Final = 3_000
MOST_TOPICS: Final = 5
_MOST_VOICES: Final = 20
#: Where nothing but a single word speaks, a topic is a guess.
_SINGLE_WORD_SCORE: Final = 4_500
#: Modalities whose labels come from words; the words themselves speak here.
_OF_WORDS: Final = frozenset({"metadata", "speech", "text"})
_SPEECH: Final = "people.speech"


@dataclass(slots=True)
class _Said:
    """A word of the map: who says it, how often, when."""

    mentions: float = 0.0
    passages: list[Passage] = field(default_factory=list)
    spans: list[TimeSpan] = field(default_factory=list)


def film_topics(
    labels: Iterable[Label],
    passages: Sequence[Passage],
    topics: TopicMap,
    taxonomy: Taxonomy,
    timeline: Timeline,
) -> tuple[Topic, ...]:
    """Return the topics, surest first, at most `MOST_TOPICS`."""
    said = _said(passages, topics, timeline)
    words = _by_topic(said, topics)
    seen = _seen(labels, topics, taxonomy)
    found = [
        _topic(topic, words.get(topic, {}), seen.get(topic, {}), said)
        for topic in words.keys() | seen.keys()
    ]
    kept = [topic for topic in found if topic.score >= LEAST_SCORE]
    return tuple(sorted(kept, key=lambda item: (-item.score, item.topic_id))[:MOST_TOPICS])


def _said(passages: Sequence[Passage], topics: TopicMap, timeline: Timeline) -> dict[str, _Said]:
    said: dict[str, _Said] = defaultdict(_Said)
    mentions: dict[str, list[float]] = defaultdict(list)
    for passage in passages:
        for word, first, last in _words(passage.tokens, topics):
            mentions[word].append(passage.score / SCORE_ONE * passage.weight / 100)
            said[word].passages.append(passage)
            said[word].spans += passage.spans_of(first, last, timeline)
    for word, counted in mentions.items():
        said[word].mentions = math.fsum(counted)
    return said


def _words(tokens: Sequence[Token], topics: TopicMap) -> Iterator[tuple[str, Token, Token]]:
    """Yield the words of the map in a text; a longer phrase hides the shorter ones in it."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.is_han:
            length = _han_length(tokens, at, topics)
            if length:
                text = "".join(t.text for t in tokens[at : at + length])
                yield text, token, tokens[at + length - 1]
            at += max(1, length)
            continue
        longest = min(topics.longest.get(token.folded, 0), len(tokens) - at)
        for length in range(longest, 0, -1):
            phrase = tuple(t.folded for t in tokens[at : at + length])
            if phrase in topics.phrases:
                yield " ".join(phrase), token, tokens[at + length - 1]
                at += length
                break
        else:
            at += 1


def _han_length(tokens: Sequence[Token], at: int, topics: TopicMap) -> int:
    """Return how many neighbouring Chinese words make a word of the map; 0 = none."""
    text, best = "", 0
    for length, token in enumerate(tokens[at : at + 3], 1):
        if not token.is_han or (length > 1 and token.start != tokens[at + length - 2].end):
            break
        text += token.text
        if text in topics.han:
            best = length
    return best


def _by_topic(said: Mapping[str, _Said], topics: TopicMap) -> dict[str, dict[str, float]]:
    """Return the support of every word by topic."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for word, who in said.items():
        weights = topics.phrases.get(tuple(word.split())) or topics.han.get(word, {})
        for topic, weight in weights.items():
            found[topic][word] = weight / 100 * (1 - 2**-who.mentions)
    return found


def _seen(
    labels: Iterable[Label], topics: TopicMap, taxonomy: Taxonomy
) -> dict[str, dict[str, tuple[float, Label]]]:
    """Return the support of the labels by topic and node: one label per branch, the strongest."""
    told = {label.node_id: label for label in labels if not _OF_WORDS.issuperset(label.modalities)}
    parents = {label.parent_id for label in told.values()}
    spoken = told[_SPEECH].appearance if _SPEECH in told else 0
    best: dict[tuple[str, str], tuple[float, Label]] = {}
    for label in told.values():
        if label.node_id not in taxonomy.nodes or label.node_id in parents:
            continue
        for topic, weight in topics.of_node(label.node_id, taxonomy).items():
            shown = 0.5 + 0.5 * label.appearance / SCORE_ONE
            if taxonomy.is_within(label.node_id, topics.topics[topic].background):
                shown = max(0, label.appearance - spoken) / SCORE_ONE
            support = weight / 100 * label.score / SCORE_ONE * shown
            *_, branch = taxonomy.lineage(label.node_id)
            known = best.get((topic, branch))
            if known is None or (-support, -label.level, label.node_id) < (
                -known[0],
                -known[1].level,
                known[1].node_id,
            ):
                best[topic, branch] = support, label
    found: dict[str, dict[str, tuple[float, Label]]] = defaultdict(dict)
    for (topic, _), (support, label) in best.items():
        found[topic][label.node_id] = support, label
    return found


def _topic(
    topic_id: str,
    words: Mapping[str, float],
    seen: Mapping[str, tuple[float, Label]],
    said: Mapping[str, _Said],
) -> Topic:
    supports = [*words.values(), *(support for support, _ in seen.values())]
    score = int(SCORE_ONE * -math.expm1(math.fsum(math.log1p(-s) for s in supports)) + 0.5)
    if len(words) == 1 and not seen:
        score = min(score, _SINGLE_WORD_SCORE)
    labels = [label for _, label in seen.values()]
    speakers = [passage for word in words for passage in said[word].passages]
    spans = [span for label in labels for span in label.spans]
    spans += [span for word in words for span in said[word].spans]
    modalities = {modality for label in labels for modality in label.modalities}
    evidence, count = evidence_of(
        [passage.refs for passage in speakers] + [label.evidence for label in labels]
    )
    return Topic(
        topic_id=topic_id,
        score=score,
        spans=merge_spans(spans),
        modalities=tuple(sorted(modalities | {passage.modality for passage in speakers})),
        words=tuple(sorted(words, key=lambda w: (-words[w], w))[:_MOST_VOICES]),
        node_ids=tuple(sorted(seen, key=lambda n: (-seen[n][0], n))[:_MOST_VOICES]),
        evidence=evidence,
        evidence_count=count,
    )
