"""Text documents as media: what their words tell, and where it stands in them."""

from __future__ import annotations

import pytest
from calling import TIMEOUT_S, Api, text_request

from videre.orchestrator.features import BY_NAME
from videre.v1 import analysis_pb2, job_pb2, types_pb2

NOTES = """\
---
title: torpedo
---
# The harbour of Hamburg

Ships load containers in the harbour of Hamburg, Germany. The crane
lifts the containers from the **container ship**; see
[the plan](https://zeppelin.example.com/submarine?volcano=1).

    volcano_eruption(volcano)

```python
import submarine  # volcano, volcano
```

- The University of Hamburg measures the tide of the harbour
- Write to tide@zeppelin.example.com or run `volcano --now`
"""
GERMAN_PORT = "汉堡港的集装箱码头很大。起重机把集装箱搬到集装箱船上，轮船开往上海。"
SRT = """\
1
00:00:01,000 --> 00:00:03,500
<i>The volcano near Naples, Italy</i>

2
00:00:10,000 --> 00:00:12,000
{\\an8}<font color="red">A volcano &amp; its lava</font>
"""


def _looked_at(api: Api, request: job_pb2.SubmitJobRequest) -> analysis_pb2.Analysis:
    job = api.ended(request)
    assert job.state == job_pb2.JOB_STATE_SUCCEEDED
    query = job_pb2.QueryJobRequest(
        job_id=job.job_id, view=analysis_pb2.ANALYSIS_VIEW_FULL, page_size=1_000
    )
    return api.jobs.QueryJob(query, timeout=TIMEOUT_S).analysis


def _uploaded(api: Api, text: str, name: str, encoding: str = "utf-8") -> analysis_pb2.Analysis:
    media = api.uploaded(text.encode(encoding), name)
    request = job_pb2.SubmitJobRequest()
    request.inputs.add(media_id=media.media_id)
    return _looked_at(api, request)


def _stands(text: str, span: types_pb2.TimeSpan) -> str:
    assert span.HasField("start_char")
    assert span.HasField("end_char")
    assert not span.start_offset.ToNanoseconds()
    return text[span.start_char : span.end_char]


@pytest.fixture(scope="module")
def notes(api: Api) -> analysis_pb2.Analysis:
    return _uploaded(api, NOTES, "notes.md")


def test_words_are_found_where_they_stand(notes: analysis_pb2.Analysis) -> None:
    keywords = {keyword.text: keyword for keyword in notes.keywords}
    assert "harbour" in keywords
    for name, keyword in keywords.items():
        for span in keyword.spans:
            assert _stands(NOTES, span).casefold().startswith(name[:4].casefold())
    entities = {entity.name: entity for entity in notes.entities}
    assert {"Hamburg", "Germany", "University of Hamburg"} <= entities.keys()
    place = entities["Hamburg"].place.candidates[0]
    assert (place.country_code, place.reason) == ("DE", analysis_pb2.PLACE_REASON_NAMED_WITH)
    assert {_stands(NOTES, span) for span in entities["Germany"].spans} == {"Germany"}


def test_code_links_and_addresses_feed_nothing(notes: analysis_pb2.Analysis) -> None:
    said = " ".join(keyword.text.casefold() for keyword in notes.keywords)
    for hidden in ("torpedo", "zeppelin", "example", "submarine", "volcano", "python", "https"):
        assert hidden not in said
    assert not [label for label in notes.labels if "volcano" in label.node_id]
    kinds = {line.text: line.kind for line in notes.text_lines}
    assert kinds["title: torpedo"] == analysis_pb2.TEXT_KIND_CODE
    assert kinds["import submarine # volcano, volcano"] == analysis_pb2.TEXT_KIND_CODE
    assert kinds["The harbour of Hamburg"] == analysis_pb2.TEXT_KIND_UNSPECIFIED


def test_a_text_is_described_by_its_characters(notes: analysis_pb2.Analysis) -> None:
    info = notes.media_info
    assert (info.kind, info.container) == (analysis_pb2.MEDIA_KIND_TEXT, "md")
    assert info.character_count == len(NOTES)
    assert not info.duration.ToNanoseconds()
    states = {stage.name: (stage.state, stage.reason) for stage in notes.stages}
    looked = {name: states[name] for name in states if name in BY_NAME}
    for read in ("text", "mood"):
        assert looked.pop(read) == (analysis_pb2.STAGE_STATE_SUCCEEDED, "")
    assert set(looked.values()) == {(analysis_pb2.STAGE_STATE_SKIPPED, "NO_TRACK")}
    assert not notes.shots
    assert not notes.scenes
    assert not notes.events


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_chinese_in_any_of_its_encodings(api: Api, encoding: str) -> None:
    analysis = _uploaded(api, GERMAN_PORT, "notes.txt", encoding)
    keywords = {keyword.text: keyword for keyword in analysis.keywords}
    assert "集装箱" in keywords
    assert [_stands(GERMAN_PORT, span) for span in keywords["集装箱"].spans] == ["集装箱"] * 2
    places = {entity.name for entity in analysis.entities}
    assert "Shanghai" in places or "上海" in places
    assert "en" not in {keyword.language_code for keyword in analysis.keywords}


def test_labels_pass_the_gates_of_spoken_words(api: Api) -> None:
    once = _looked_at(api, text_request("A volcano was there."))
    twice = _looked_at(api, text_request("A volcano was there.\nThe volcano is old."))
    assert not [label for label in once.labels if label.node_id.endswith("volcano")]
    (label,) = [label for label in twice.labels if label.node_id.endswith("volcano")]
    assert label.confidence == pytest.approx(0.6)
    assert list(label.modalities) == ["text"]
    assert len(label.evidence) == 2


def test_subtitles_have_times_and_no_tags(api: Api) -> None:
    analysis = _uploaded(api, SRT, "film.srt")
    assert [line.text for line in analysis.text_lines] == [
        "The volcano near Naples, Italy", "A volcano & its lava",
    ]  # fmt: skip
    assert analysis.media_info.duration.ToMilliseconds() == 12_000
    assert not analysis.media_info.character_count
    volcano = next(keyword for keyword in analysis.keywords if keyword.text == "volcano")
    assert [span.start_offset.ToMilliseconds() for span in volcano.spans] == [1_000, 10_000]
    assert not any(span.HasField("start_char") for span in volcano.spans)
    assert not any(span.HasField("start_frame") for span in volcano.spans)
    label = next(label for label in analysis.labels if label.node_id.endswith("volcano"))
    assert label.appearance_ratio == pytest.approx(4.5 / 12, abs=1e-3)
    assert "font" not in {keyword.text for keyword in analysis.keywords}


def test_listed_words_are_found_paragraph_by_paragraph(api: Api) -> None:
    text = "An ordinary line.\n\nHere is cocaine for sale.\n\nMore words.\n\nCocaine again.\n"
    analysis = _looked_at(api, text_request(text))
    hits = [
        segment
        for group in analysis.verdict.groups
        if group.medium == "text"
        for segment in group.segments
    ]
    stretches = {_stands(text, segment.span) for segment in hits}
    assert stretches <= {"Here is cocaine for sale.", "Cocaine again."}
    coverage = {
        (group.medium, item.state) for group in analysis.verdict.groups for item in group.coverage
    }
    assert ("image", analysis_pb2.COVERAGE_STATE_NO_TRACK) in coverage
    assert ("speech", analysis_pb2.COVERAGE_STATE_NO_TRACK) in coverage


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        ("Schöne Grüße aus Österreich".encode("cp1252"), "a.txt", "MEDIA_UNREADABLE"),
        (b"a\n\n" * 30_001, "a.md", "MEDIA_LIMIT"),
        (b"1\n00:00:01,000 --> 9999:00:00,000\nlong\n", "a.srt", "MEDIA_LIMIT"),
    ],
)
def test_what_cannot_be_read_fails_and_says_why(
    api: Api, data: bytes, name: str, reason: str
) -> None:
    media = api.uploaded(data, name)
    request = job_pb2.SubmitJobRequest()
    request.inputs.add(media_id=media.media_id)
    job = api.ended(request)
    assert (job.state, job.error.reason) == (job_pb2.JOB_STATE_FAILED, reason)


def test_hostile_markdown_ends_in_time(api: Api) -> None:
    pieces = "> " * 20_000, "[a](" * 20_000, "`" * 20_001, "- " * 20_000, "<b" * 20_000
    analysis = _uploaded(api, "\n\n".join(pieces) + "\n\nThe last words.", "deep.md")
    assert analysis.text_lines[-1].text == "The last words."
