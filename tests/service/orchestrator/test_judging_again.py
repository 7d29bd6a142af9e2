"""Previews and judging anew: what was analysed before, by other templates, without any model."""

from __future__ import annotations

from typing import Any

import pytest
from calling import TIMEOUT_S, Api, refused, text_request

from videre.v1 import analysis_pb2, job_pb2, media_pb2, template_pb2

PASS, REVIEW, BLOCK = (
    analysis_pb2.SUGGESTION_PASS, analysis_pb2.SUGGESTION_REVIEW, analysis_pb2.SUGGESTION_BLOCK,
)  # fmt: skip
TEXTS = ("Who sells cocaine here?", "A walk in the park.", "Heroin is sold over there.")


@pytest.fixture(scope="module")
def api(own_api: Api) -> Api:
    return own_api


@pytest.fixture(scope="module")
def jobs(api: Api) -> list[job_pb2.Job]:
    """Three judged texts: two about drugs, one harmless."""
    call(api, "CreateTemplate", template=drugs("first", review=50))
    selection = job_pb2.TemplateSelection(moderation="first")
    return [api.ended(text_request(text, templates=selection)) for text in TEXTS]


def call(api: Api, name: str, **fields: Any) -> Any:
    request = getattr(template_pb2, f"{name}Request")(**fields)
    return getattr(api.templates, name)(request, timeout=TIMEOUT_S)


def drugs(template_id: str, **thresholds: int) -> template_pb2.TemplateDraft:
    rule = template_pb2.ModerationRule(
        category="prohibited", medium="text", enabled=True, word_lists=["drugs-en"]
    )
    rule.review_threshold = thresholds["review"]
    if "block" in thresholds:
        rule.block_threshold = thresholds["block"]
    rules = template_pb2.ModerationTemplate(rules=[rule])
    return template_pb2.TemplateDraft(template_id=template_id, moderation=rules)


def counted(answer: Any) -> dict[tuple[int, int], int]:
    return {(one.from_suggestion, one.to_suggestion): one.count for one in answer.counts}


def analysis(api: Api, media_id: str, revision: int = 0) -> analysis_pb2.Analysis:
    request = media_pb2.GetAnalysisRequest(media_id=media_id, revision=revision)
    return api.media.GetAnalysis(request, timeout=TIMEOUT_S).analysis


def test_the_same_template_says_the_same(api: Api, jobs: list[job_pb2.Job]) -> None:
    answer = call(api, "PreviewTemplate", template="first")
    assert counted(answer) == {(REVIEW, REVIEW): 2, (PASS, PASS): 1}
    assert (list(answer.changes), list(answer.not_judged)) == ([], [])
    again = call(api, "Remoderate", template="first")
    assert counted(again) == counted(answer)
    assert list(again.changes) == []
    assert analysis(api, jobs[0].media_id).revision == 1


def test_a_draft_is_tried_and_nothing_is_stored(api: Api, jobs: list[job_pb2.Job]) -> None:
    answer = call(api, "PreviewTemplate", draft=drugs("tried", review=50, block=60))
    assert answer.template == "tried@0"
    assert counted(answer) == {(REVIEW, BLOCK): 2, (PASS, PASS): 1}
    change = next(one for one in answer.changes if one.media_id == jobs[0].media_id)
    assert (change.from_template, change.revision) == ("first@1", 1)
    (group,) = change.groups
    assert (group.category, group.medium, group.label) == ("prohibited", "text", "drugs")
    assert (group.from_suggestion, group.to_suggestion) == (REVIEW, BLOCK)
    assert group.rule_id == "prohibited.text.block"
    assert refused(lambda: call(api, "GetTemplate", template="tried")).code == "NOT_FOUND"
    assert analysis(api, jobs[0].media_id).verdict.suggestion == REVIEW


def test_a_preview_is_of_chosen_media_or_jobs_page_by_page(
    api: Api, jobs: list[job_pb2.Job]
) -> None:
    template = drugs("tried", review=50, block=60)
    one = call(api, "PreviewTemplate", draft=template, job_ids=[jobs[0].job_id])
    assert counted(one) == {(REVIEW, BLOCK): 1}
    two = call(
        api, "PreviewTemplate", draft=template, media_ids=[jobs[1].media_id, "nobody"],
        max_changes=0,
    )  # fmt: skip
    assert counted(two) == {(PASS, PASS): 1}
    assert [(miss.media_id, miss.reason) for miss in two.not_judged] == [
        ("nobody", "ANALYSIS_NOT_FOUND")
    ]
    counts: dict[tuple[int, int], int] = {}
    token, pages = "", 0
    while token or not pages:
        page = call(api, "PreviewTemplate", draft=template, page_size=1, page_token=token)
        for pair, count in counted(page).items():
            counts[pair] = counts.get(pair, 0) + count
        token, pages = page.next_page_token, pages + 1
    assert (pages, counts) == (4, {(REVIEW, BLOCK): 2, (PASS, PASS): 1})
    refusal = refused(lambda: call(api, "PreviewTemplate", template="first", page_token="x"))
    assert refusal.reason == "PAGE_TOKEN_INVALID"


def test_a_wrong_draft_or_file_is_refused(api: Api) -> None:
    wrong = drugs("tried", review=500)
    refusal = refused(lambda: call(api, "PreviewTemplate", draft=wrong))
    assert refusal.fields == ("draft.moderation.rules[0].review_threshold",)
    file = "template_id: a\nmoderation: {rules: [{category: porn, medium: smell}]}"
    assert refused(lambda: call(api, "PreviewTemplate", yaml=file)).fields == ("yaml",)
    analysing = "template_id: a\nanalysis: {features: [text]}"
    assert refused(lambda: call(api, "PreviewTemplate", yaml=analysing)).fields == ("yaml",)
    assert refused(lambda: call(api, "PreviewTemplate", template="full")).code == "NOT_FOUND"
    assert refused(lambda: call(api, "Remoderate", template="full")).code == "NOT_FOUND"


def test_a_published_template_is_applied_with_both_verdicts_on_record(
    api: Api, jobs: list[job_pb2.Job]
) -> None:
    call(api, "CreateTemplate", template=drugs("second", review=50, block=60))
    job = jobs[2]
    before = analysis(api, job.media_id)
    answer = call(api, "Remoderate", template="second", job_ids=[job.job_id])
    assert (answer.template, counted(answer)) == ("second@1", {(REVIEW, BLOCK): 1})
    (change,) = answer.changes
    assert (change.media_id, change.revision) == (job.media_id, 2)
    after = analysis(api, job.media_id)
    assert (after.revision, after.verdict.template, after.verdict.suggestion) == (
        2, "second@1", BLOCK,
    )  # fmt: skip
    assert after.rules.moderation_template == "second@1"
    old = analysis(api, job.media_id, revision=1)
    assert (old.verdict, old.result_digest) == (before.verdict, before.result_digest)
    assert old.verdict.template == "first@1"

    now = api.job(job.job_id)
    assert (now.analysis_revision, now.suggestion) == (2, BLOCK)
    assert now.rules.moderation_template == "second@1"
    assert now.model_calls == job.model_calls
    events = [
        item.event
        for item in api.jobs.WatchJob(job_pb2.WatchJobRequest(job_id=job.job_id), timeout=TIMEOUT_S)
    ]
    assert events[-1].analysis_published.revision == 2
    assert list(call(api, "Remoderate", template="second", job_ids=[job.job_id]).changes) == []
    assert call(api, "DeleteTemplate", template="second").kept
    back = call(api, "Remoderate", template="first", media_ids=[job.media_id])
    assert [one.revision for one in back.changes] == [3]
    assert analysis(api, job.media_id).verdict == before.verdict
