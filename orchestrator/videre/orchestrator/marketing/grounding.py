"""Which lines rest on the facts that they cite; the others are dropped. Pure.

A line is kept where all of this holds, whoever wrote it:

* it cites facts of the plan, and shares a term with one of them;
* its numbers, and its capitalised words within sentences, stand in what it cites;
* every label that it names is one that it cites, above or below it;
* it neither leads elsewhere, marks up, nor speaks to machines (`safety.is_plain`), and makes none
  of the claims that no analysis can support (`_ABSOLUTE`);
* it is short enough, for its clip too.

What else a sentence says of a fact is not checked: nothing here understands sentences.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from videre.exports.speech_script import is_chinese
from videre.orchestrator.marketing.model import Clip, Draft, Fact, Line, Plan
from videre.orchestrator.marketing.safety import is_plain
from videre.orchestrator.marketing.speaking_time import speaking_ms
from videre.orchestrator.recommend.model import Trait
from videre.orchestrator.search.words import query_terms
from videre.orchestrator.taxonomy.model import Taxonomy

#: Most lines of each kind.
TITLES: Final = 5
HIGHLIGHTS: Final = 8
HASHTAGS: Final = 10
#: Each is an input of the assembly, which has up to 32, the film among them.
VOICES: Final = 24
#: Most characters of a line.
LONGEST: Final[Mapping[str, int]] = {"title": 90, "hook": 160, "highlight": 160, "voice": 240}
#: Silence in front of the next clip.
_REST_MS: Final = 200
_TAG: Final = re.compile(r"#\w{1,50}")
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
_CAPITAL: Final = re.compile(r"(?<![\w'’])[A-Z][\w'’-]*")
_SENTENCE_END: Final = re.compile(r"[.!?:“\"–—(]\s*$")
#: Claims of rank, price and promise: an analysis of a film supports none.
_ABSOLUTE: Final = re.compile(
    r"\b(?:best|first|only|cheapest|greatest|guarantee[ds]?|free|proven|award|winning|ever|never"
    r"|number\s+one|no\.\s*1|discounts?|sale|buy|order|subscribe|cures?|miracle)\b"
    r"|%|最|第一|唯一|独家|免费|保证|国家级|首个|首选|必买|购买|下单|订阅|优惠|折扣|特价|奇迹|治愈",
    re.IGNORECASE,
)
#: Words that are names of labels too, but in copy speak of the film itself or to whoever sees it.
_OWN_WORDS: Final = (
    "watch look see show film movie video clip play start live world life day time story people one"
    " screen scene love fun new light game"
    " 影片 视频 电影 画面 现在 内容 看 来 听 世界 生活 故事 时间"
)

#: Tells why a line is not kept; "" = it is.
Check = Callable[[Line, str, Clip | None], str]


def voice_room_ms(clip: Clip) -> int:
    """Return how long something may be said over a clip, milliseconds."""
    return clip.length_ms - _REST_MS


def hashtag_of(name: str) -> str:
    """Return the tag of a name: its words put together; "" where nothing is left."""
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", name))
    joined = "".join(word if is_chinese(word) else word[:1].upper() + word[1:] for word in words)
    tag = f"#{joined}"
    return tag if _TAG.fullmatch(tag) and not joined.isdigit() else ""


def checker(plan: Plan, taxonomy: Taxonomy) -> Check:
    """Return what checks the lines of a plan's copy."""
    facts = {fact.id: fact for fact in plan.facts}

    def check(line: Line, kind: str, clip: Clip | None) -> str:
        cited = [facts[one] for one in line.facts if one in facts]
        if not cited or len(cited) != len(line.facts):
            return "cites no fact, or none of these"
        names = [name for fact in cited for name in fact.names.values()]
        if kind == "hashtag":
            return _wrong_tag(line.text, names)
        if not is_plain(line.text) or len(line.text) > LONGEST[kind]:
            return "is too long, or no plain text"
        if clip is not None and speaking_ms(line.text) > voice_room_ms(clip):
            return "takes longer than its clip"
        return _unsupported(line.text, cited, names, taxonomy)

    return check


def _wrong_tag(text: str, names: Iterable[str]) -> str:
    if not _TAG.fullmatch(text):
        return "is no hashtag"
    own = text[1:].casefold()
    tags = (hashtag_of(name)[1:].casefold() for name in names)
    return "" if any(tag and (own in tag or tag in own) for tag in tags) else "names no fact"


def _unsupported(text: str, cited: Sequence[Fact], names: Sequence[str], taxonomy: Taxonomy) -> str:
    told = " ".join(names)
    known = {term.text for name in names for term in query_terms(name)}
    terms = [term.text for term in query_terms(text)]
    if not known & set(terms):
        return "shares no word with what it cites"
    if set(_NUMBER.findall(text)) - set(_NUMBER.findall(told)):
        return "has a number that what it cites has not"
    if any(found[0].casefold() not in told.casefold() for found in _ABSOLUTE.finditer(text)):
        return "promises what no film shows"
    folded = told.casefold()
    for found in _CAPITAL.finditer(text):
        begins = not text[: found.start()].strip() or _SENTENCE_END.search(text[: found.start()])
        if not begins and found[0].casefold() not in folded:
            return "names somebody or something that what it cites does not"
    for terms_named, nodes in _mentions(terms, taxonomy):
        if not set(terms_named) <= known and not any(_cites(node, cited) for node in nodes):
            return "names a label that it does not cite"
    return ""


def _cites(node: str, cited: Iterable[Fact]) -> bool:
    """Tell whether a label is cited, or one above or below it."""
    values = (one.value for one in cited if one.trait in (Trait.TAG, Trait.EVENT))
    return any(
        f"{one}.".startswith(f"{node}.") or f"{node}.".startswith(f"{one}.") for one in values
    )


def _mentions(
    terms: Sequence[str], taxonomy: Taxonomy
) -> list[tuple[tuple[str, ...], frozenset[str]]]:
    """Return the labels that terms name, the longest name at each place."""
    named = _named(taxonomy)
    found = []
    at = 0
    while at < len(terms):
        some = [
            name for name in named.get(terms[at], {}) if tuple(terms[at : at + len(name)]) == name
        ]
        if not some:
            at += 1
            continue
        longest = max(some, key=len)
        found.append((longest, named[terms[at]][longest]))
        at += len(longest)
    return found


@lru_cache(maxsize=8)
def _named(taxonomy: Taxonomy) -> Mapping[str, Mapping[tuple[str, ...], frozenset[str]]]:
    """Return labels by the terms of their names, these by the first one."""
    found: dict[str, dict[tuple[str, ...], frozenset[str]]] = defaultdict(dict)
    own = {term.text for term in query_terms(_OWN_WORDS)}
    for node in taxonomy.nodes.values():
        for name in node.names.values() if node.spoken else ():
            terms = tuple(term.text for term in query_terms(name))
            if terms and name not in node.unspoken and not set(terms) <= own:
                known = found[terms[0]].get(terms, frozenset())
                found[terms[0]][terms] = known | {node.id}
    return found


def grounded(draft: Draft, plan: Plan, check: Check) -> tuple[Draft, int]:
    """Return a draft without the lines that are not supported, and how many these are."""

    def kept(lines: Sequence[Line], kind: str, most: int) -> tuple[Line, ...]:
        return tuple(line for line in lines if not check(line, kind, None))[:most]

    voices = {
        number: line
        for number, line in draft.voices.items()
        if 0 <= number < len(plan.clips) and not check(line, "voice", plan.clips[number])
    }
    hook = draft.hook
    made = replace(
        draft,
        titles=kept(draft.titles, "title", TITLES),
        hook=hook if hook is not None and not check(hook, "hook", None) else None,
        highlights=_timed(kept(draft.highlights, "highlight", HIGHLIGHTS), plan),
        voices=dict(list(voices.items())[:VOICES]),
        hashtags=kept(draft.hashtags, "hashtag", HASHTAGS),
    )
    return made, len(draft.lines) - len(made.lines)


def _timed(lines: Iterable[Line], plan: Plan) -> tuple[Line, ...]:
    """Return the lines whose first fact has times."""
    timed = {fact.id for fact in plan.facts if fact.spans}
    return tuple(line for line in lines if line.facts[0] in timed)


def completed(draft: Draft, templates: Draft) -> Draft:
    """Return a draft with the templates' lines where it has none."""
    return Draft(
        titles=draft.titles or templates.titles,
        hook=draft.hook or templates.hook,
        highlights=draft.highlights or templates.highlights,
        voices=dict(sorted({**templates.voices, **draft.voices}.items())[:VOICES]),
        hashtags=draft.hashtags or templates.hashtags,
    )
