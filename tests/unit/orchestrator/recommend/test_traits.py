"""What a media is recommended by, as its analysis tells it."""

from __future__ import annotations

from videre.common.values import NS, TimeSpan
from videre.orchestrator import document as d
from videre.orchestrator.document import Analysis
from videre.orchestrator.recommend.model import Trait
from videre.orchestrator.recommend.traits import item_row, language_of, traits, unpacked

SPAN = TimeSpan(0, NS)
MEDIA = d.MediaFacts("0" * 64, 1, d.MediaKind.VIDEO, "mp4", 10 * NS)


def entity(kind: d.EntityKind, name: str, place: d.Place | None = None) -> d.Entity:
    return d.Entity(kind, name, "en", 8_000, 1, (SPAN,), (), (), 1, place)


def label(node: str, score: int, centric: int, appearance: int) -> d.Label:
    return d.Label(node, 3, "", score, centric, appearance, (SPAN,), (), (), 1)


def test_every_kind_of_statement_is_a_trait() -> None:
    candidate = d.PlaceCandidate(
        "geonames:1", d.PlaceLevel.CITY, "Hamburg", "汉堡", "DE", "", 0, 0, 1, d.PlaceReason.ONLY
    )
    analysis = Analysis(
        MEDIA,
        labels=(label("animal.dog", 9_000, 10_000, 10_000), label("others", 9_000, 0, 0)),
        topics=(d.Topic("animals", 7_000, (), (), (), (), (), 1),),
        keywords=(
            d.Keyword("Walk", "en", 5_000, 2, (), (), (), 1),
            d.Keyword("walk", "en", 4_000, 1, (), (), (), 1),
        ),
        entities=(
            entity(d.EntityKind.PERSON, "Ada Byron"),
            entity(d.EntityKind.BRAND, "Acme"),
            entity(d.EntityKind.PLACE, "汉堡", d.Place((candidate,), 1)),
        ),
    )
    assert traits(analysis, {}) == (
        (Trait.TAG, "animal.dog", 9_000),
        (Trait.TAG, "others", 3_000),
        (Trait.TOPIC, "animals", 7_000),
        (Trait.KEYWORD, "Walk", 5_000),
        (Trait.PERSON, "Ada Byron", 8_000),
        (Trait.PLACE, "Hamburg", 8_000),
        (Trait.NAME, "Acme", 8_000),
    )
    row = item_row(analysis, {}, "eye@1", b"")
    assert (len(unpacked(row.traits)), row.duration_ms, row.engine) == (7, 10_000, "")


def test_the_weightiest_of_a_kind_are_kept() -> None:
    many = tuple(d.Keyword(f"w{n}", "en", n, 1, (), (), (), 1) for n in range(1, 100))
    found = traits(Analysis(MEDIA, keywords=many), {})
    assert [weight for _, _, weight in found] == list(range(99, 59, -1))


def test_the_language_is_the_one_most_is_said_in() -> None:
    def said(text: str, language: str, how: d.Understanding) -> d.Utterance:
        return d.Utterance(SPAN, text, (), language, how, 9_000, ())

    understood = d.Understanding.UNDERSTOOD
    shown = d.TextLine("mostly shown", SPAN, (), None, 9_000, "fr", d.TextKind.FIXED, ())
    analysis = Analysis(
        MEDIA,
        utterances=(
            said("short", "de", understood),
            said("much longer", "en-GB", understood),
            said("the longest of all of them", "it", d.Understanding.UNCERTAIN),
        ),
        text_lines=(shown,),
    )
    assert language_of(analysis) == "en"
    assert language_of(Analysis(MEDIA, text_lines=(shown,))) == "fr"
    assert language_of(Analysis(MEDIA)) == ""
