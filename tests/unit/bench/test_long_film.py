"""A film that is shown again and again says other words each time."""

from __future__ import annotations

from bench.long_film import showing
from videre.common.values import TimeSpan
from videre.orchestrator.evidence import Evidence, Word

TEXT = "Quiz water POZ 12:30 – 今天"
SAID = Evidence(
    "speech", "engine@1", TimeSpan(0, 1), text=TEXT, words=(Word("water", 0, 1, 9_000),)
)
SHOWINGS = 120


def test_the_first_showing_is_the_film_itself() -> None:
    assert list(showing([SAID], 0, 0, 0)) == [SAID]


def test_no_two_showings_say_the_same() -> None:
    shown = [_said(number) for number in range(SHOWINGS)]
    assert len({record.text for record in shown}) == SHOWINGS
    assert len({record.words[0].text for record in shown}) == SHOWINGS


def test_words_stay_words_of_the_same_letters() -> None:
    for number in range(1, SHOWINGS):
        record = _said(number)
        kinds = [(c.isalpha(), c.isupper(), c.islower(), c.isascii()) for c in record.text]
        assert kinds == [(c.isalpha(), c.isupper(), c.islower(), c.isascii()) for c in TEXT]
        assert [c for c in record.text if not c.isalpha()] == [c for c in TEXT if not c.isalpha()]
        assert record.words[0].text == record.text.split()[1]


def test_records_share_a_span_where_they_did() -> None:
    first, second = showing([SAID, SAID], 10, 0, 1)
    assert first.span is second.span
    assert first.span == TimeSpan(10, 11)


def _said(number: int) -> Evidence:
    (record,) = showing([SAID], 0, 0, number)
    return record
