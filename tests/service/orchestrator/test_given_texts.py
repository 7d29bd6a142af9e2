"""Titles, descriptions, comments and tags are moderated with a media, each with its own verdict."""

from __future__ import annotations

from typing import Any

from calling import TIMEOUT_S, Api, text_request

from videre.v1 import analysis_pb2, job_pb2, media_pb2, template_pb2

PASS, REVIEW, BLOCK = (
    analysis_pb2.SUGGESTION_PASS, analysis_pb2.SUGGESTION_REVIEW, analysis_pb2.SUGGESTION_BLOCK,
)  # fmt: skip
TITLE, DESCRIPTION, TAG, COMMENT = (
    analysis_pb2.GIVEN_KIND_TITLE, analysis_pb2.GIVEN_KIND_DESCRIPTION,
    analysis_pb2.GIVEN_KIND_TAG, analysis_pb2.GIVEN_KIND_COMMENT,
)  # fmt: skip
CHECKED = analysis_pb2.COVERAGE_STATE_CHECKED


def given_job(api: Api, **context: Any) -> job_pb2.Job:
    request = text_request("A walk in the park.")
    comments = context.pop("comments", ())
    request.context.MergeFrom(job_pb2.JobContext(**context))
    for text, seconds, comment_id in comments:
        comment = request.context.comments.add(text=text, comment_id=comment_id)
        if seconds is not None:
            comment.offset.seconds = seconds
    return api.ended(request)


def verdict_of(api: Api, media_id: str) -> analysis_pb2.Verdict:
    request = media_pb2.GetAnalysisRequest(media_id=media_id)
    return api.media.GetAnalysis(request, timeout=TIMEOUT_S).analysis.verdict


def told(verdict: analysis_pb2.Verdict) -> list[tuple[int, str, int]]:
    return [(one.kind, one.given_id, one.suggestion) for one in verdict.given]


def test_every_text_has_its_own_verdict_and_the_job_the_worst(api: Api) -> None:
    job = given_job(
        api,
        title="My holidays",
        description="A talk about cocaine",
        comments=[("hardcore sex", None, "c-9"), ("lovely", 3, "")],
    )
    verdict = verdict_of(api, job.media_id)
    assert told(verdict) == [
        (TITLE, "", PASS), (DESCRIPTION, "", REVIEW), (COMMENT, "c-9", BLOCK), (COMMENT, "1", PASS),
    ]  # fmt: skip
    assert job.suggestion == verdict.suggestion == BLOCK
    (group,) = verdict.given[1].groups
    (hit,) = group.segments[0].word_hits
    assert (group.category, group.segments[0].rule_id) == (
        "prohibited", "prohibited.metadata.review",
    )  # fmt: skip
    assert (hit.entry, hit.text, hit.start, hit.end) == ("cocaine", "cocaine", 13, 20)
    assert [(item.kind, item.count, item.state) for item in verdict.given_coverage] == [
        (TITLE, 1, CHECKED), (DESCRIPTION, 1, CHECKED), (COMMENT, 2, CHECKED),
    ]  # fmt: skip


def test_what_the_media_says_of_itself_stands_in_for_what_the_job_leaves_out(api: Api) -> None:
    data = b"A quiet text."
    upload = api.open_upload(len(data), file_name="quiet.txt")
    api.write(upload.upload_id, 0, data)
    media = api.complete(
        upload.upload_id, data, title="Talks about cocaine", tags={"series": "hardcore sex"}
    )
    request = job_pb2.SubmitJobRequest()
    request.inputs.add(media_id=media.media_id)
    api.ended(request)
    assert told(verdict_of(api, media.media_id)) == [(TITLE, "", REVIEW), (TAG, "series", BLOCK)]
    request.context.title = "Another title"
    api.ended(request)
    assert told(verdict_of(api, media.media_id)) == [(TITLE, "", PASS), (TAG, "series", BLOCK)]


def test_previews_and_judging_again_judge_the_same_texts(api: Api) -> None:
    job = given_job(api, title="A talk about cocaine", comments=[("fine", 1, "a")])
    before = verdict_of(api, job.media_id)
    rule = template_pb2.ModerationRule(
        category="prohibited", medium="metadata", enabled=True, word_lists=["drugs-en"],
        block_threshold=50, review_threshold=40,
    )  # fmt: skip
    rules = template_pb2.ModerationTemplate(rules=[rule])
    draft = template_pb2.TemplateDraft(template_id="given-texts", moderation=rules)
    preview = api.templates.PreviewTemplate(
        template_pb2.PreviewTemplateRequest(draft=draft, media_ids=[job.media_id]),
        timeout=TIMEOUT_S,
    )
    (change,) = preview.changes
    assert (change.from_suggestion, change.to_suggestion) == (REVIEW, BLOCK)
    assert verdict_of(api, job.media_id) == before
    api.templates.CreateTemplate(
        template_pb2.CreateTemplateRequest(template=draft), timeout=TIMEOUT_S
    )
    api.templates.Remoderate(
        template_pb2.RemoderateRequest(template="given-texts", media_ids=[job.media_id]),
        timeout=TIMEOUT_S,
    )
    after = verdict_of(api, job.media_id)
    assert told(before) == [(TITLE, "", REVIEW), (COMMENT, "a", PASS)]
    assert told(after) == [(TITLE, "", BLOCK), (COMMENT, "a", PASS)]
    assert api.job(job.job_id).model_calls == 0
