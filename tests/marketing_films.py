"""Films that copy is written of in tests."""

from __future__ import annotations

from typing import Any

from videre.common.values import NS, TimeSpan
from videre.orchestrator import document as d
from videre.orchestrator.document import Analysis, EvidenceRef
from videre.orchestrator.lexicon.topic_map import load_topics
from videre.orchestrator.marketing.facts import Names
from videre.orchestrator.taxonomy.load import load_taxonomy

TAXONOMY = load_taxonomy(())
NAMES = Names(TAXONOMY, load_topics(), {})


def span(start: float, end: float) -> TimeSpan:
    return TimeSpan(round(start * NS), round(end * NS))


def ref(name: str, start: float = 0, end: float = 0) -> EvidenceRef:
    return EvidenceRef(name, "image", "x@1", 9_000, span(start, end))


def label(node: str, *times: tuple[float, float], score: int = 9_000) -> d.Label:
    refs = tuple(ref(f"{node}/{n}", *one) for n, one in enumerate(times))
    spans = tuple(span(*one) for one in times)
    return d.Label(
        node, 3, node.rpartition(".")[0], score, 5_000, 5_000, spans, ("image",), refs, 1
    )


def said(text: str, start: float, end: float, score: int = 9_500) -> d.Utterance:
    return d.Utterance(span(start, end), text, (), "en", d.Understanding.UNDERSTOOD, score,
                       (ref(f"said/{start:g}", start, end),))  # fmt: skip


def keyword(text: str, start: float, end: float, language: str = "en") -> d.Keyword:
    return d.Keyword(text, language, 8_000, 1, (span(start, end),), ("speech",),
                     (ref(f"word/{text}", start, end),), 1)  # fmt: skip


def verdict(
    advice: d.Suggestion, *times: tuple[float, float], evidence: str = "bad/0"
) -> d.Verdict:
    segments = tuple(
        d.VerdictSegment(
            span(*one), advice, 9_500, "x", "r", 8_000, evidence=(ref(evidence, *one),)
        )
        for one in times
    )
    group = d.VerdictGroup("custom", "image", advice, 9_500, "x", "", segments, ())
    return d.Verdict(advice, "t@1", (group,), True)


def film(count: int = 10, seconds: float = 6, **more: Any) -> Analysis:
    """Return a film of equal shots with a dog, a car and a rocket in it."""
    long = count * seconds
    facts = d.MediaFacts("0" * 64, 1, d.MediaKind.VIDEO, "mp4", round(long * NS),
                         audio=d.AudioFacts("aac", 48_000, 2))  # fmt: skip
    given: dict[str, Any] = {
        "shots": tuple(
            d.Shot(n, span(n * seconds, (n + 1) * seconds), d.Transition.CUT, 9_000)
            for n in range(count)
        ),
        "labels": (
            label("animal.dog", (0, seconds)),
            label("vehicle.car", (seconds, 3 * seconds)),
        ),
        "keywords": (keyword("rocket launch", 2 * seconds, 3 * seconds),),
    }
    return Analysis(facts, **(given | more))
