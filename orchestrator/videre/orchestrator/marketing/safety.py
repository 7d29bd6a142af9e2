"""What of a film must not be used in copy: stretches, evidence, and words that are none. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from videre.common.values import NS, TimeSpan
from videre.orchestrator.document import GivenKind, Suggestion, Verdict

#: Nothing is shown so near to what a verdict objects to: frames are looked at some distance apart.
GUARD_NS: Final = NS
#: What leads somewhere else, or sells something: never part of copy, whoever says or shows it.
_LEADS: Final = re.compile(
    r"https?:|www\.|\b[\w-]+\.(?:com|net|org|io|cn|co|info|biz|xyz|top|shop|example)\b"
    r"|\S@\S|(?<!\w)@\w|[$€£¥￥]\s?\d|\d\s?[$€£¥￥元]|\+?\d(?:[\s().-]?\d){6,}",
    re.IGNORECASE,
)
#: Words that speak to a machine that writes, not to people. They only keep such words out of sight:
#: what a text may change at all is bounded by `grounding`, whatever it says.
_ORDERS: Final = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instruction|prompt|rule|above|previous|prior)"
    r"|\b(?:system|developer|hidden)\s+(?:prompt|message|instruction)"
    r"|\byou\s+are\s+(?:now\b|an?\s+(?:ai|assistant|language\s+model))"
    r"|\b(?:as|act)\s+(?:as\s+)?an?\s+(?:ai|assistant|language\s+model)"
    r"|<\|?/?(?:im_start|im_end|system|assistant|user)\b|\[/?INST\]|```"
    r"|(?:忽略|无视|無視|忘记|忘記|不要理会).{0,20}(?:指令|指示|提示|规则|規則|以上|之前|上述)"
    r"|系统提示|系統提示|(?:你|您)现在是|你是一个?(?:AI|人工智能|助手|语言模型)",
    re.IGNORECASE | re.DOTALL,
)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
#: What marks up, or begins a macro of another language.
_MARKUP: Final = re.compile(r"[<>{}\[\]`|\\]")


@dataclass(frozen=True, slots=True)
class Objections:
    """What a verdict objects to.

    Args:
        spans: stretches, merged, in order of time; with `GUARD_NS` on both sides.
        evidence: ids of what was found there.
        given: whether title and description may be used.
    """

    spans: tuple[TimeSpan, ...]
    evidence: frozenset[str]
    given: bool

    def allows(self, span: TimeSpan) -> bool:
        """Tell whether a stretch shares no instant with what is objected to."""
        return not any(span.overlaps(one) for one in self.spans)


def objections_of(verdict: Verdict | None) -> Objections:
    """Return what a verdict does not pass: BLOCK and REVIEW alike."""
    groups = () if verdict is None else verdict.groups
    segments = [
        segment
        for group in groups
        for segment in group.segments
        if segment.suggestion is not Suggestion.PASS
    ]
    wide = (
        TimeSpan(max(0, one.span.start_ns - GUARD_NS), one.span.end_ns + GUARD_NS)
        for one in segments
    )
    texts = (GivenKind.TITLE, GivenKind.DESCRIPTION)
    given = () if verdict is None else verdict.given
    return Objections(
        merged(wide),
        frozenset(ref.id for one in segments for ref in one.evidence),
        all(one.suggestion is Suggestion.PASS for one in given if one.kind in texts),
    )


def merged(spans: Iterable[TimeSpan]) -> tuple[TimeSpan, ...]:
    """Return stretches in order of time, those that touch as one."""
    made: list[TimeSpan] = []
    for span in sorted(spans, key=lambda one: one.start_ns):
        if made and span.start_ns <= made[-1].end_ns:
            end = max(made[-1].end_ns, span.end_ns)
            made[-1] = TimeSpan(made[-1].start_ns, end)
        else:
            made.append(TimeSpan(span.start_ns, span.end_ns))
    return tuple(made)


def without(span: TimeSpan, holes: Sequence[TimeSpan]) -> list[TimeSpan]:
    """Return what is left of a stretch.

    Args:
        holes: merged.
    """
    left, at = [], span.start_ns
    for hole in holes:
        if hole.end_ns <= at:
            continue
        if hole.start_ns >= span.end_ns:
            break
        if hole.start_ns > at:
            left.append(TimeSpan(at, hole.start_ns))
        at = max(at, hole.end_ns)
    if at < span.end_ns:
        left.append(TimeSpan(at, span.end_ns))
    return left


def is_plain(text: str) -> bool:
    """Tell whether a text may stand in copy: words for people, nothing that leads elsewhere."""
    return not any(
        pattern.search(text) for pattern in (_LEADS, _ORDERS, _CONTROL, _MARKUP)
    ) and any(sign.isalnum() for sign in text)
