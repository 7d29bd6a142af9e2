"""Explanations over real gRPC: from a verdict to the words that were read, without any model."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from calling import TIMEOUT_S, Api, reading, refused, text_request

from videre.v1 import analysis_pb2, job_pb2, library_pb2, media_pb2, template_pb2
from videre.v1 import moderation_pb2 as pb

LINES = "\n\n".join(f"Line {n}: who sells cocaine here?" for n in range(40))


@pytest.fixture(scope="module")
def api(own_api: Api) -> Api:
    return own_api


def judged(api: Api, text: str, template: str = "careful") -> job_pb2.Job:
    selection = job_pb2.TemplateSelection(moderation=template)
    return api.ended(text_request(text, templates=selection))


def explained(api: Api, **fields: Any) -> pb.ExplainVerdictResponse:
    return api.moderation.ExplainVerdict(pb.ExplainVerdictRequest(**fields), timeout=TIMEOUT_S)


def group(answer: pb.ExplainVerdictResponse, category: str, medium: str) -> pb.GroupExplanation:
    (found,) = (one for one in answer.groups if (one.category, one.medium) == (category, medium))
    return found


def test_a_verdict_is_explained_down_to_what_was_read(api: Api) -> None:
    job = judged(api, "Who sells cocaine here?\n\nA walk in the park.")
    answer = explained(api, job_id=job.job_id)
    by_media = explained(api, media_id=job.media_id)
    assert answer == by_media
    analysis = api.media.GetAnalysis(
        media_pb2.GetAnalysisRequest(media_id=job.media_id), timeout=TIMEOUT_S
    ).analysis
    judged_by = answer.judged
    assert judged_by.media_digest == analysis.media_info.digest
    assert (judged_by.revision, judged_by.job_id) == (1, job.job_id)
    assert judged_by.result_digest == job.result_digest
    assert (judged_by.template, judged_by.rules) == (analysis.verdict.template, analysis.rules)
    assert answer.suggestion == analysis.verdict.suggestion
    assert [(one.category, one.medium) for one in answer.groups] == [
        (one.category, one.medium) for one in analysis.verdict.groups
    ]
    found = group(answer, "prohibited", "text")
    assert (found.outcome, found.segment_count) == (pb.RULE_OUTCOME_HIT, 1)
    assert (found.rule.rule_id, found.rule.review_threshold) == ("prohibited.text", 75)
    (segment,) = found.segments
    (original,) = next(one for one in analysis.verdict.groups if one.segments).segments
    assert segment.segment == original
    (detail,) = segment.evidence
    assert (detail.text, detail.gone) == ("Who sells cocaine here?", False)
    assert detail.ref == original.evidence[0]
    assert [hit.entry for hit in found.labels[0].highest.word_hits] == ["cocaine"]
    assert found.labels[0].highest.confidence == segment.segment.confidence


def test_what_was_not_found_says_why(api: Api) -> None:
    answer = explained(api, job_id=judged(api, "A walk in the park.").job_id)
    assert answer.suggestion == analysis_pb2.SUGGESTION_PASS
    words = group(answer, "prohibited", "text")
    assert words.outcome == pb.RULE_OUTCOME_NOTHING_FOUND
    assert not words.labels[0].HasField("highest"), "nothing found is not a score of 0"
    picture = group(answer, "porn", "image")
    assert picture.outcome == pb.RULE_OUTCOME_NO_TRACK
    assert {one.coverage.reason for one in picture.labels} == {"NO_TRACK"}
    metadata = group(answer, "porn", "metadata")
    assert metadata.labels[0].coverage.state == analysis_pb2.COVERAGE_STATE_CHECKED


def test_what_stays_below_a_threshold_is_told_and_a_rule_that_is_off(api: Api) -> None:
    rule = template_pb2.ModerationRule(
        category="prohibited", medium="text", enabled=True, word_lists=["drugs-en"],
        review_threshold=100, names=[{"language_code": "en", "name": "Drugs"}],
    )  # fmt: skip
    off = template_pb2.ModerationRule(category="porn", medium="text", word_lists=["porn-en"])
    draft = template_pb2.TemplateDraft(template_id="mild", moderation={"rules": [rule, off]})
    api.templates.CreateTemplate(
        template_pb2.CreateTemplateRequest(template=draft), timeout=TIMEOUT_S
    )
    answer = explained(api, job_id=judged(api, "Who sells cocaine here?", "mild").job_id)
    words, porn = answer.groups
    assert (words.outcome, words.segment_count) == (pb.RULE_OUTCOME_BELOW_THRESHOLD, 0)
    highest = words.labels[0].highest
    assert highest.text == "Who sells cocaine here?"
    assert 0 < highest.confidence < 1
    assert words.rule.names[0].name == "Drugs"
    assert (porn.outcome, porn.suggestion) == (pb.RULE_OUTCOME_OFF, 0)


def test_pages_have_every_segment_once_and_a_part_may_be_asked_for(api: Api) -> None:
    job = judged(api, LINES)
    whole = explained(api, job_id=job.job_id)
    count = group(whole, "prohibited", "text").segment_count
    assert count == 40
    places, token, pages = [], "", 0
    while token or not pages:
        page = explained(api, job_id=job.job_id, page_size=7, page_token=token)
        places += [segment.index for one in page.groups for segment in one.segments]
        token, pages = page.next_page_token, pages + 1
        assert len(page.groups) == (len(whole.groups) if pages == 1 else 1)
    assert (places, pages) == (list(range(40)), 6)
    part = explained(api, job_id=job.job_id, category="prohibited", medium="text", segment=3)
    (found,) = part.groups
    assert [segment.index for segment in found.segments] == [3]
    refusal = refused(lambda: explained(api, media_id=job.media_id, page_token="x"))
    assert refusal.reason == "PAGE_TOKEN_INVALID"


def test_a_revision_of_before_is_explained_as_it_was(api: Api) -> None:
    job = judged(api, "Who sells cocaine here?")
    before = explained(api, media_id=job.media_id)
    api.templates.Remoderate(
        template_pb2.RemoderateRequest(template="strict", job_ids=[job.job_id]), timeout=TIMEOUT_S
    )
    assert explained(api, media_id=job.media_id, revision=1) == before
    after = explained(api, job_id=job.job_id)
    assert (after.judged.revision, after.judged.template.partition("@")[0]) == (2, "strict")


def test_what_is_not_there_is_refused_and_what_is_gone_is_told(api: Api, data: Path) -> None:
    job = judged(api, "Heroin is sold over there.")
    assert refused(lambda: explained(api, job_id="nobody")).reason == "JOB_NOT_FOUND"
    assert refused(lambda: explained(api, media_id="nobody")).reason == "MEDIA_NOT_FOUND"
    refusal = refused(lambda: explained(api, media_id=job.media_id, revision=9))
    assert refusal.reason == "ANALYSIS_NOT_FOUND"
    with reading(data) as database:
        ((kept,),) = database.execute(
            "SELECT judged_digest FROM analysis WHERE media_id = ?", [job.media_id]
        )
    for path in (data / "artifacts").rglob(f"{kept}*"):
        path.unlink()
    answer = explained(api, job_id=job.job_id)
    assert answer.scores_missing.reason == "ARTIFACT_NOT_FOUND"
    found = group(answer, "prohibited", "text")
    assert found.segments[0].segment.label == "drugs"
    assert group(answer, "porn", "text").outcome == pb.RULE_OUTCOME_UNKNOWN


def test_what_was_given_with_the_media_is_told_as_it_was(api: Api) -> None:
    request = text_request("A walk in the park.")
    request.context.title = "Cocaine for all"
    request.tags["note"] = "heroin"
    answer = explained(api, job_id=api.ended(request).job_id)
    found = group(answer, "prohibited", "metadata")
    told = {segment.evidence[0].ref.evidence_id: segment.evidence[0] for segment in found.segments}
    assert told["metadata/title"].text == "Cocaine for all"
    assert not any(detail.gone for detail in told.values())


def test_known_bytes_are_told_by_their_entry_blocked_or_allowed(api: Api) -> None:
    texts = {"leaks": "A leaked script about cocaine.", "own": "Our own script about cocaine."}
    for library_id, text in texts.items():
        create = library_pb2.CreateLibraryRequest(
            library_id=library_id, kind=library_pb2.LIBRARY_KIND_HASHES,
            usages=[library_pb2.LIBRARY_USAGE_REVIEW],
        )  # fmt: skip
        api.libraries.CreateLibrary(create, timeout=TIMEOUT_S)
        add = library_pb2.AddLibraryEntriesRequest(library_id=library_id)
        known = hashlib.sha256(text.encode()).hexdigest()
        add.entries.add(entry_id="e1", name="Script").hash.CopyFrom(
            library_pb2.HashContent(algorithm="sha256", value=known)
        )
        api.libraries.AddLibraryEntries(add, timeout=TIMEOUT_S)
    words = template_pb2.ModerationRule(
        category="prohibited", medium="text", enabled=True, word_lists=["drugs-en"],
        review_threshold=50,
    )  # fmt: skip
    known_rule = template_pb2.ModerationRule(
        category="custom", medium="image", enabled=True, hash_lists=["leaks"]
    )
    rules = {"rules": [known_rule, words], "allow_hash_lists": ["own"]}
    draft = template_pb2.TemplateDraft(template_id="known", moderation=rules)
    api.templates.CreateTemplate(
        template_pb2.CreateTemplateRequest(template=draft), timeout=TIMEOUT_S
    )
    blocked = explained(api, job_id=judged(api, texts["leaks"], "known").job_id)
    (segment,) = group(blocked, "custom", "image").segments
    (hit,) = segment.segment.hash_hits
    assert (hit.library.partition("@")[0], hit.entry_id, hit.exact) == ("leaks", "e1", True)
    assert not any(detail.gone for detail in segment.evidence)
    allowed = explained(api, job_id=judged(api, texts["own"], "known").job_id)
    assert [hit.entry_id for hit in allowed.allowed] == ["e1"]
    assert group(allowed, "prohibited", "text").outcome == pb.RULE_OUTCOME_ALLOWED
