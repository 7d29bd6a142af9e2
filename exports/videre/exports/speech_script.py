"""Text or a subset of SSML → what is said, clause by clause, with pauses. Pure.

A clause ends at punctuation. Voices of formant synthesis shape each clause by itself, so that
speaking one after the other sounds as speaking all of them, and tells exactly when each begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final
from xml.etree import ElementTree

#: Most characters of a text, markup included.
CHARACTERS: Final = 10_000
#: Pauses behind a clause, by the sign that ends it, and behind a paragraph, milliseconds.
_SHORT_MS: Final = 150
_LONG_MS: Final = 350
_PARAGRAPH_MS: Final = 600
_LONGEST_MS: Final = 10_000
_STRENGTHS: Final = {
    "none": 0, "x-weak": 50, "weak": 100, "medium": 250, "strong": 500, "x-strong": 1_000,
}  # fmt: skip
_RATES: Final = {"x-slow": 0.5, "slow": 0.75, "medium": 1.0, "fast": 1.4, "x-fast": 2.0}
_PITCHES: Final = {"x-low": -40, "low": -20, "medium": 0, "high": 20, "x-high": 40}
_VOLUMES: Final = {
    "silent": 0.0, "x-soft": 0.25, "soft": 0.5, "medium": 1.0, "loud": 1.5, "x-loud": 2.0,
}  # fmt: skip
#: Signs that end a clause: at once in Chinese, before a blank elsewhere ("3.14" stays whole).
_ENDS: Final = re.compile(r"[，、；：。！？…]+|[,;:.!?]+(?=[\s\"'”’)\]]|$)|\n+")
_LONG: Final = re.compile(r"[.!?。！？…]")
_WORD: Final = re.compile(r"[一-鿿㐀-䶿]|[^\W_一-鿿㐀-䶿]+(?:['’.,-][^\W_一-鿿㐀-䶿]+)*%?")
_CHINESE: Final = re.compile(r"[一-鿿㐀-䶿]")
_TIME: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|s)")
_PERCENT: Final = re.compile(r"([+-]?\d+(?:\.\d+)?)%")


@dataclass(frozen=True, slots=True)
class Manner:
    """How something is said, beside the task's own settings.

    Args:
        rate: times as fast.
        pitch: steps of −50..50 by which it is higher.
        volume: times as loud.
    """

    rate: float = 1.0
    pitch: float = 0.0
    volume: float = 1.0


@dataclass(frozen=True, slots=True)
class Clause:
    """What is said in one go.

    Args:
        text: with the sign that ends it.
        words: as they are shown, in order.
        manner: how.
        pause_ms: silence behind it.
    """

    text: str
    words: tuple[str, ...]
    manner: Manner
    pause_ms: int


class ScriptError(ValueError):
    """Markup that is none, or that is not spoken; the words name it."""


def is_chinese(text: str) -> bool:
    """Tell whether a text has Chinese characters."""
    return _CHINESE.search(text) is not None


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text; a Chinese character is one."""
    return tuple(_WORD.findall(text))


def read_script(text: str) -> tuple[Clause, ...]:
    """Return what a text says; SSML where it begins with "<speak".

    Raises:
        ScriptError: broken markup, an element or value that is not spoken.
    """
    if not text.lstrip().startswith("<speak"):
        return tuple(_clauses(text, Manner()))
    if "<!" in text:
        raise ScriptError("declarations and comments are not read")
    try:
        root = ElementTree.fromstring(text.strip())
    except ElementTree.ParseError as error:
        raise ScriptError(f"is no well-formed SSML ({error})") from error
    return tuple(_joined(_element(root, Manner())))


def _clauses(text: str, manner: Manner) -> Iterator[Clause]:
    at = 0
    for end in (*_ENDS.finditer(text), None):
        piece = text[at : end.end() if end else len(text)]
        words = words_of(piece)
        if words:
            sign = end[0] if end else ""
            pause = _LONG_MS if _LONG.search(sign) else _SHORT_MS
            if "\n\n" in sign:
                pause = _PARAGRAPH_MS
            yield Clause(" ".join(piece.split()), words, manner, pause)
        if end:
            at = end.end()


def _joined(parts: Iterator[Clause]) -> Iterator[Clause]:
    """Yield clauses; those without words lengthen the pause before them."""
    held: Clause | None = None
    for one in parts:
        if one.words or held is None:
            if held is not None:
                yield held
            held = one
        else:
            held = replace(held, pause_ms=min(_LONGEST_MS, max(held.pause_ms, one.pause_ms)))
    if held is not None:
        yield held


def _element(element: ElementTree.Element, manner: Manner) -> Iterator[Clause]:
    """Yield what an element says; what stands behind it is its parent's."""
    name = element.tag.rpartition("}")[2]
    attributes = {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
    if name == "break":
        yield Clause("", (), manner, _break(attributes))
        return
    if name == "sub":
        yield from _clauses(attributes.get("alias", ""), manner)
        return
    if name == "say-as":
        yield from _clauses(_spelt(element, attributes), manner)
        return
    if name == "prosody":
        manner = _prosody(attributes, manner)
    elif name not in ("speak", "p", "s"):
        raise ScriptError(f"element {name!r} is not spoken")
    yield from _clauses(element.text or "", manner)
    for child in element:
        yield from _element(child, manner)
        yield from _clauses(child.tail or "", manner)
    if name in ("p", "s"):
        yield Clause("", (), manner, _PARAGRAPH_MS if name == "p" else _LONG_MS)


def _break(attributes: dict[str, str]) -> int:
    if "time" in attributes:
        found = _TIME.fullmatch(attributes["time"])
        if found is None:
            raise ScriptError(f"break time {attributes['time']!r} is not such as 500ms or 1.5s")
        return min(_LONGEST_MS, round(float(found[1]) * (1 if found[2] == "ms" else 1_000)))
    strength = attributes.get("strength", "medium")
    if strength not in _STRENGTHS:
        raise ScriptError(f"break strength {strength!r} is not one of {', '.join(_STRENGTHS)}")
    return _STRENGTHS[strength]


def _spelt(element: ElementTree.Element, attributes: dict[str, str]) -> str:
    how = attributes.get("interpret-as", "")
    text = "".join(element.itertext())
    if how in ("characters", "spell-out", "digits"):
        return " ".join(sign for sign in text if not sign.isspace())
    if how in ("cardinal", "number"):
        return text
    raise ScriptError(f"say-as {how!r} is not one of characters, spell-out, digits, cardinal")


def _prosody(attributes: dict[str, str], manner: Manner) -> Manner:
    """Return a manner changed by the attributes of a prosody element."""
    made = manner
    for name, value in attributes.items():
        found = _PERCENT.fullmatch(value)
        share = float(found[1]) / 100 if found else None
        signed = value[:1] in "+-"
        if name == "rate":
            times = _RATES.get(value) if share is None else 1 + share if signed else share
            if times is None or not 0.25 <= times <= 4:
                raise ScriptError(f"prosody rate {value!r} is not 25%..400% or a name")
            made = replace(made, rate=made.rate * times)
        elif name == "pitch":
            steps = _PITCHES.get(value) if share is None else share * 50
            if steps is None or not -50 <= steps <= 50:
                raise ScriptError(f"prosody pitch {value!r} is not -100%..+100% or a name")
            made = replace(made, pitch=made.pitch + steps)
        elif name == "volume":
            times = _VOLUMES.get(value) if share is None else 1 + share if signed else share
            if times is None or not 0 <= times <= 2:
                raise ScriptError(f"prosody volume {value!r} is not 0%..200% or a name")
            made = replace(made, volume=made.volume * times)
        else:
            raise ScriptError(f"prosody {name!r} is not spoken")
    return made
