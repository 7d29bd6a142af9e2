"""The gazetteer: names in two languages, every row well formed."""

from __future__ import annotations

from importlib.resources import files

import pytest

from videre.orchestrator.document import PlaceLevel
from videre.orchestrator.lexicon.gazetteer import load_gazetteer

TABLE = (files("videre.orchestrator.lexicon") / "data" / "places.tsv").read_text("utf-8")


@pytest.mark.parametrize(
    ("english", "chinese", "country"),
    [
        ("tokyo", "东京", "JP"), ("london", "伦敦", "GB"), ("shenzhen", "深圳市", "CN"),
        ("germany", "德国", "DE"), ("california", "加州", "US"), ("sichuan", "四川省", "CN"),
    ],
)  # fmt: skip
def test_a_place_is_found_in_both_languages(english: str, chinese: str, country: str) -> None:
    gazetteer = load_gazetteer()
    both = set(gazetteer.english((english,))) & set(gazetteer.chinese(chinese))
    assert country in {place.country for place in both}


def test_words_of_every_day_are_marked() -> None:
    gazetteer = load_gazetteer()
    for name in ("reading", "nice", "bath", "mobile", "of"):
        assert all(place.everyday for place in gazetteer.english((name,)))
    assert not any(place.everyday for place in gazetteer.english(("london",)))


def test_every_row_has_all_columns_and_an_id_of_its_own() -> None:
    rows = [line.split("\t") for line in TABLE.splitlines()]
    assert {len(row) for row in rows} == {12}
    ids = [row[1] for row in rows[1:]]
    assert len(ids) == len(set(ids))
    assert {row[0] for row in rows[1:]} == {level.value for level in PlaceLevel}
