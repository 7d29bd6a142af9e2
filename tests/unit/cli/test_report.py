"""The HTML page: complete, self-contained, and safe whatever the media say."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from doubles.recorded import picture_bytes, picture_digest, recorded_analysis, shot_span
from hypothesis import given, settings
from hypothesis import strategies as st

from videre.cli.report import build_report, builder, wanted_pictures
from videre.cli.report.verdict import verdict_view
from videre.v1 import analysis_pb2, feedback_pb2

HOSTILE = "<script>alert(1)</script>'\"><img src=x onerror=alert(2)>{{ 7*7 }}</style></title>"
PICTURES = {picture_digest(index): picture_bytes(index) for index in range(17)}


class Page(HTMLParser):
    """Collects elements, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_shows_what_is_known() -> None:
    page = Page(build_report(recorded_analysis(), title="A film", pictures=PICTURES))
    for words in (
        "A film", "review", "careful@1", "not everything enabled was looked at", "Road vehicle",
        "printing in the only sense", "uncertain", "not understood", "Flower in the garden",
        "视频理解演示", "Rain", "-19.4 LUFS", "yolox-nano", "6.4 s of speech", "1280 × 720",
        "Arts & culture", "艾琳·柯林斯", "1 other place of this name", "手语",
        "Road traffic", "Talk show or interview (diarization: no engine)",
        "neutral (too little is felt to say more: 5 % of the time)",
        "face +0.81/+0.51, speech +0.16/–",
    ):  # fmt: skip
        assert words in page.text, words


def test_feedback_is_shown_with_who_said_it() -> None:
    analysis = recorded_analysis()
    said = analysis.feedback.add(created_by="ada", author="Ann", source="label-studio", revision=3)
    said.correction.kind, said.correction.name = feedback_pb2.CORRECTION_KIND_MISSING, HOSTILE
    said.correction.span.CopyFrom(shot_span(2))
    page = Page(build_report(analysis, pictures={}))
    assert f"missing: {HOSTILE}" in page.text
    assert "Ann" in page.text
    assert "alert(1)" not in "".join(
        value or "" for _, attrs in page.tags for value in attrs.values()
    )


def test_a_text_is_shown_by_its_characters() -> None:
    analysis = analysis_pb2.Analysis(media_id="m")
    analysis.media_info.kind = analysis_pb2.MEDIA_KIND_TEXT
    analysis.media_info.character_count = 200
    line = analysis.text_lines.add(text="Words of a note", confidence=1)
    line.span.start_char, line.span.end_char = 50, 100
    keyword = analysis.keywords.add(text="note", confidence=0.5, mentions=1)
    keyword.spans.add(start_char=61, end_char=65)
    analysis.labels.add(node_id="a", name="A", level=1, spans=[line.span])
    page = Page(build_report(analysis, pictures={}))
    text = " ".join(page.text.split())
    assert "200 characters" in text
    assert "characters 50 – 100Words of a note" in text
    assert "Text in the picture" not in text
    assert not [tag for tag, attributes in page.tags if attributes.get("class") == "timeline"]
    assert "character 61" in build_report(analysis, pictures={})
    assert 'x="25.0%" width="25.0%"' in build_report(analysis, pictures={})


def test_speech_that_was_heard_and_not_understood_is_not_called_unheard() -> None:
    analysis = recorded_analysis()
    del analysis.verdict.groups[:]
    group = analysis.verdict.groups.add(
        category="porn", medium="speech", reason="NOT_CHECKED",
        suggestion=analysis_pb2.SUGGESTION_REVIEW,
    )  # fmt: skip
    group.coverage.add(
        state=analysis_pb2.COVERAGE_STATE_NOT_CHECKED, reason="SPEECH_NOT_UNDERSTOOD"
    )
    (row,) = verdict_view(analysis.verdict, max_hits=1).rows
    (cell,) = row.cells
    assert cell is not None
    assert cell.why == "too much speech was not understood"
    group.coverage[0].reason = "NO_ENGINE"
    (cell,) = verdict_view(analysis.verdict, max_hits=1).rows[0].cells
    assert cell is not None
    assert cell.why == "nobody looked"


def test_every_label_is_told_with_whether_somebody_looked() -> None:
    analysis = recorded_analysis()
    del analysis.verdict.groups[:]
    group = analysis.verdict.groups.add(
        category="porn", medium="image", suggestion=analysis_pb2.SUGGESTION_PASS
    )
    group.coverage.add(label="porn", state=analysis_pb2.COVERAGE_STATE_CHECKED)
    group.coverage.add(
        label="vulgar", state=analysis_pb2.COVERAGE_STATE_NOT_CHECKED, reason="NO_ENGINE"
    )
    group.coverage.add(label="sexy", state=analysis_pb2.COVERAGE_STATE_FAILED, reason="WHY")
    group.coverage.add(label="bare", state=analysis_pb2.COVERAGE_STATE_NO_TRACK, reason="NO_TRACK")
    page = " ".join(Page(build_report(analysis, pictures={})).text.split()).replace(" ,", ",")
    told = "porn checked, vulgar not checked (no engine), sexy failed (why), bare no track"
    assert f"porn, image: {told}" in page


def test_what_a_media_does_not_have_is_neither_passed_nor_unlooked_at() -> None:
    analysis = recorded_analysis()
    del analysis.verdict.groups[:]
    group = analysis.verdict.groups.add(
        category="porn", medium="image", suggestion=analysis_pb2.SUGGESTION_PASS
    )
    for label in ("porn", "vulgar"):
        group.coverage.add(
            label=label, state=analysis_pb2.COVERAGE_STATE_NOT_CHECKED, reason="NO_TRACK"
        )
    (cell,) = verdict_view(analysis.verdict, max_hits=1).rows[0].cells
    assert cell is not None
    assert (cell.absent, cell.unchecked) == (True, ())
    page = " ".join(Page(build_report(analysis, pictures={})).text.split())
    assert "Porn – not in this media" in page.replace("porn –", "Porn –")


def test_what_people_say_stands_beside_the_verdict() -> None:
    analysis = recorded_analysis()
    analysis.review.review_id, analysis.review.reviewer = "r-1", HOSTILE
    analysis.review.state = analysis_pb2.REVIEW_STATE_OPEN
    text = " ".join(Page(build_report(analysis, pictures={})).text.split())
    assert "People: not decided, open · review r-1" in text
    analysis.review.state = analysis_pb2.REVIEW_STATE_DECIDED
    analysis.review.suggestion = analysis_pb2.SUGGESTION_PASS
    for medium, said in (("image", "PASS"), ("text", "REVIEW")):
        analysis.review.groups.add(
            category="porn", medium=medium, suggestion="SUGGESTION_REVIEW",
            people_suggestion=f"SUGGESTION_{said}",
        )  # fmt: skip
    page = Page(build_report(analysis, pictures={}))
    text = " ".join(page.text.split())
    assert f"People: pass says {HOSTILE} · review r-1 · porn, image: review → pass" in text
    assert "porn, text: review" not in text


def test_a_picture_has_no_timeline() -> None:
    analysis = recorded_analysis()
    assert "Timeline" in Page(build_report(analysis, pictures={})).text
    analysis.media_info.kind = analysis_pb2.MEDIA_KIND_IMAGE
    text = Page(build_report(analysis, pictures={})).text
    assert "Timeline" not in text
    assert " fps" not in text


def test_people_are_shown_with_share_sizes_and_speech() -> None:
    page = Page(build_report(recorded_analysis(), pictures=PICTURES))
    text = " ".join(page.text.split())
    assert (
        "Person 1 12 % of the film, 8.0 s in 2 shots · medium 4.0 s · while alone in the picture, "
        "speech is heard 42 % of the time"
    ) in text
    assert "Person 2 6 % of the film, 4.0 s in 1 shot · medium 4.0 s" in text
    known = recorded_analysis()
    known.people[1].name, known.people[1].name_likeness = "Ada <L>", 0.71
    named = Page(build_report(known, pictures=PICTURES))
    assert "Ada <L> 71 % alike 6 % of the film, 4.0 s in 1 shot" in " ".join(named.text.split())
    frames = [dict(attributes) for tag, attributes in page.tags if tag == "i"]
    assert [a["style"] for a in frames if "left" in (a.get("style") or "")] == [
        "left: 40.0%; top: 20.0%; width: 10.0%; height: 20.0%"
    ]
    nobody = recorded_analysis()
    nobody.ClearField("people")
    assert "People" not in build_report(nobody, pictures=PICTURES)


def test_what_a_code_says_shows_and_does_nothing() -> None:
    html = build_report(recorded_analysis(), pictures=PICTURES)
    page = Page(html)
    assert "qr code" in page.text
    assert "\\x1b[2J\\u202ehttps://example.com" in page.text
    assert not {"\x1b", "\u202e"} & set(html)
    assert all("example.com" not in (a.get("href") or "") for _, a in page.tags)


def test_nothing_is_loaded_from_anywhere() -> None:
    html = build_report(recorded_analysis(), pictures=PICTURES)
    page = Page(html)
    assert {tag for tag, _ in page.tags}.isdisjoint({"link", "iframe", "object", "embed", "base"})
    for tag, attributes in page.tags:
        for name in ("src", "href", "action", "data"):
            address = attributes.get(name)
            assert address is None or address.startswith(("data:image/", "#")), (tag, address)
    assert "url(" not in html
    assert "default-src 'none'" in html


def test_each_picture_is_embedded_once() -> None:
    html = build_report(recorded_analysis(), pictures=PICTURES)
    assert html.count("data:image/jpeg;base64,") == 17
    assert set(wanted_pictures(recorded_analysis())) == set(PICTURES)


def test_missing_and_foreign_pictures_leave_an_empty_frame() -> None:
    pictures = {picture_digest(0): b"<svg onload=alert(1)>", picture_digest(1): picture_bytes(1)}
    html = build_report(recorded_analysis(), pictures=pictures)
    assert html.count("data:image/") == 1
    assert "onload" not in html
    assert 'aria-label="Shot 1: no picture"' in html


def test_pictures_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder, "MAX_PICTURE_BYTES", 2 * len(picture_bytes(0)) + 1)
    html = build_report(recorded_analysis(), pictures=PICTURES)
    assert html.count("data:image/") == 2


def hostile_analysis(text: str) -> analysis_pb2.Analysis:
    """Return the recorded analysis with `text` wherever a media or an engine can put words."""
    analysis = recorded_analysis()
    analysis.media_id = text
    analysis.text_lines[0].text = analysis.text_lines[0].language_code = text
    analysis.utterances[0].text = analysis.utterances[0].language_code = text
    analysis.labels[-1].name = analysis.labels[-1].node_id = text
    analysis.labels[-1].modalities.append(text)
    analysis.keywords[0].text = analysis.keywords[0].language_code = text
    analysis.entities[0].name = analysis.topics[0].name = text
    analysis.topics[0].words.append(text)
    analysis.entities[1].place.candidates[0].region = text
    analysis.objects[0].class_name = analysis.sound_events[0].class_name = text
    analysis.events[0].name = analysis.events[0].rule_id = analysis.event_rules[1].name = text
    analysis.event_rules[1].reason = analysis.event_rules[1].stages[0] = text
    analysis.stages[0].message = analysis.stages[0].name = text
    analysis.media_info.video.codec = analysis.media_info.digest = text
    analysis.engines[0].engine = analysis.engines[0].model_digests[0] = text
    analysis.rules.taxonomy = analysis.result_digest = analysis.verdict.template = text
    group = analysis.verdict.groups[0]
    group.category = group.label = group.segments[0].label = group.segments[0].rule_id = text
    group.segments[0].word_hits.add(text=text, entry=text, folds=[text])
    group.coverage.add(label=text, reason=text, state=analysis_pb2.COVERAGE_STATE_NOT_CHECKED)
    return analysis


def test_a_listed_word_says_how_it_was_found() -> None:
    analysis = recorded_analysis()
    segment = analysis.verdict.groups[0].segments[0]
    segment.word_hits.add(text="v1agra", entry="viagra", folds=["leetspeak", "same_tone"])
    segment.word_hits.add(text="viagra", entry="viagra")
    page = Page(build_report(analysis, title="x", pictures={}))
    assert "“v1agra” as viagra: leetspeak, same tone, “viagra”" in page.text


def test_hostile_texts_stay_texts() -> None:
    clean = Page(build_report(recorded_analysis(), title="x", pictures={}))
    page = Page(build_report(hostile_analysis(HOSTILE), title=HOSTILE, pictures={}))
    assert sum(tag == "script" for tag, _ in page.tags) == 1
    assert not [tag for tag, _ in page.tags if tag == "img"]
    handlers = [name for _, attributes in page.tags for name in attributes if name[:2] == "on"]
    assert handlers == []
    assert {tag for tag, _ in page.tags} == {tag for tag, _ in clean.tags}
    assert "{{ 7*7 }}" in page.text


@settings(max_examples=25, deadline=None)
@given(st.text(alphabet="<>&\"'`{}%=/\\ \x00\u2028abon", max_size=30))
def test_no_text_adds_an_element(text: str) -> None:
    def shape(analysis: analysis_pb2.Analysis, title: str) -> list[tuple[str, frozenset[str]]]:
        html = build_report(analysis, title=title, pictures={})
        # Words inside bars come and go with their length; everything else must stay.
        return [(t, frozenset(a)) for t, a in Page(html).tags if t not in ("text", "small", "p")]

    plain = shape(hostile_analysis("x"), "x")
    assert shape(hostile_analysis(text or "x"), text or "x") == plain


def test_an_almost_empty_analysis_is_a_page() -> None:
    page = Page(build_report(analysis_pb2.Analysis(media_id="m1"), pictures={}))
    assert "m1" in page.text
    assert "Shots" not in page.text


def test_long_lists_are_cut_and_say_so() -> None:
    analysis = analysis_pb2.Analysis(media_id="m1")
    for index in range(1_050):
        analysis.text_lines.add(text=f"line {index}", span=shot_span(0))
        analysis.shots.add(index=index, span=shot_span(0))
    page = Page(build_report(analysis, pictures={}))
    assert re.search(r"… and 50 more\s+lines", page.text)
    assert re.search(r"… and 750 more\s+shots", page.text)
