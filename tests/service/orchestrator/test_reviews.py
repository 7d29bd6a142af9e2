"""ReviewService over the wire: a verdict opens a review, people decide, watchers hear of it."""

from __future__ import annotations

from typing import Any

import pytest
from calling import TIMEOUT_S, Api, refused, text_request

from videre.v1 import analysis_pb2, job_pb2, media_pb2, review_pb2, template_pb2

PASS, REVIEW, BLOCK = (
    analysis_pb2.SUGGESTION_PASS, analysis_pb2.SUGGESTION_REVIEW, analysis_pb2.SUGGESTION_BLOCK,
)  # fmt: skip
OPEN, CLAIMED, DECIDED, SUPERSEDED = (
    analysis_pb2.REVIEW_STATE_OPEN, analysis_pb2.REVIEW_STATE_CLAIMED,
    analysis_pb2.REVIEW_STATE_DECIDED, analysis_pb2.REVIEW_STATE_SUPERSEDED,
)  # fmt: skip
FALSE = {
    "outcome": review_pb2.REVIEW_OUTCOME_OVERTURN, "reason": review_pb2.REVIEW_REASON_FALSE_POSITIVE
}  # fmt: skip


@pytest.fixture(scope="module")
def api(own_api: Api) -> Api:
    make_template(own_api, "drugs", review=50)
    return own_api


def make_template(api: Api, template_id: str, *, review: int, **fields: Any) -> None:
    draft = template_pb2.TemplateDraft(template_id=template_id)
    draft.moderation.rules.add(
        category="prohibited", medium="text", enabled=True, word_lists=["drugs-en"],
        review_threshold=review, **fields,
    )  # fmt: skip
    request = template_pb2.CreateTemplateRequest(template=draft)
    api.templates.CreateTemplate(request, timeout=TIMEOUT_S)


def call(api: Api, name: str, **fields: Any) -> Any:
    request = getattr(review_pb2, f"{name}Request")(**fields)
    return getattr(api.reviews, name)(request, timeout=TIMEOUT_S)


def judged(api: Api, text: str = "Who sells cocaine here?", template: str = "drugs") -> Any:
    selection = job_pb2.TemplateSelection(moderation=template)
    return api.ended(text_request(text, templates=selection))


def reviews_of(api: Api, job: Any, *states: int) -> list[review_pb2.Review]:
    wanted = review_pb2.ReviewFilter(media_id=job.media_id, states=states)
    return list(call(api, "ListReviews", filter=wanted).reviews)


def analysis(api: Api, media_id: str) -> analysis_pb2.Analysis:
    request = media_pb2.GetAnalysisRequest(media_id=media_id)
    return api.media.GetAnalysis(request, timeout=TIMEOUT_S).analysis


def test_a_verdict_that_asks_for_people_opens_a_review(api: Api) -> None:
    assert reviews_of(api, judged(api, "A walk in the park.")) == []
    job = judged(api)
    (review,) = reviews_of(api, job)
    assert (review.state, review.suggestion, review.people_suggestion) == (OPEN, REVIEW, 0)
    assert (review.job_id, review.revision, review.template) == (job.job_id, 1, "drugs@1")
    assert review.severity == review_pb2.REVIEW_SEVERITY_MEDIUM
    assert list(review.categories) == ["prohibited"]
    assert review.due_time.seconds - review.create_time.seconds == 24 * 3_600
    answer = call(api, "GetReview", review_id=review.review_id)
    (finding,) = answer.findings
    assert (finding.rule_id, finding.index, finding.suggestion) == ("prohibited.text", 0, REVIEW)
    assert [hit.text for hit in finding.segment.word_hits] == ["cocaine"]
    assert (finding.segment.span.start_char, finding.segment.span.end_char) == (0, 23)
    assert [group.category for group in answer.verdict.groups] == ["prohibited"]
    assert not answer.actions
    shown = analysis(api, job.media_id).review
    assert (shown.review_id, shown.state, shown.suggestion) == (review.review_id, OPEN, 0)


def test_a_decision_stands_beside_the_verdict_and_is_told(api: Api) -> None:
    job = judged(api)
    last_seq = job.last_seq
    (review,) = reviews_of(api, job)
    (held,) = call(api, "ClaimReviews", review_ids=[review.review_id], reviewer="ann").reviews
    assert (held.state, held.claimed_by) == (CLAIMED, "ann")
    assert held.lease_id
    assert reviews_of(api, job)[0].lease_id == "", "the lease is its holder's"
    given = {"review_id": review.review_id, "lease_id": held.lease_id, "reviewer": "ann"}
    decided = call(api, "DecideReview", **given, **FALSE, request_id="d1", note="A song.")
    assert (decided.review.state, decided.review.people_suggestion) == (DECIDED, PASS)
    assert (decided.review.decided_by, decided.reused) == ("ann", False)
    again = call(api, "DecideReview", **given, **FALSE, request_id="d1", note="A song.")
    assert again.reused
    now = api.job(job.job_id)
    assert (now.suggestion, now.people_suggestion) == (REVIEW, PASS)
    shown = analysis(api, job.media_id)
    assert (shown.verdict.suggestion, shown.review.suggestion) == (REVIEW, PASS)
    (group,) = shown.review.groups
    assert (group.category, group.suggestion, group.people_suggestion) == (
        "prohibited", REVIEW, PASS,
    )  # fmt: skip
    assert (shown.review.reviewer, shown.result_digest) == ("ann", job.result_digest)
    watch = job_pb2.WatchJobRequest(job_id=job.job_id, after_seq=last_seq)
    (told,) = api.jobs.WatchJob(watch, timeout=TIMEOUT_S)
    change = told.event.review_changed
    assert (told.event.seq, change.review_id, change.state) == (
        last_seq + 1, review.review_id, DECIDED,
    )  # fmt: skip
    assert (change.suggestion, change.people_suggestion) == (REVIEW, PASS)
    (action,) = call(api, "GetReview", review_id=review.review_id).actions
    assert (action.note, action.reviewer, action.people_suggestion) == ("A song.", "ann", PASS)


def test_the_queue_gives_what_is_due_first_to_one_only(api: Api) -> None:
    jobs = [judged(api, f"cocaine {number}") for number in range(3)]
    wanted = review_pb2.ReviewFilter(categories=["prohibited"])
    held = [
        call(api, "ClaimReviews", filter=wanted, max_reviews=2, reviewer=f"r{number}").reviews
        for number in range(9)
    ]
    ids = [one.review_id for some in held for one in some]
    assert len(ids) == len(set(ids))
    assert {one.media_id for some in held for one in some} >= {job.media_id for job in jobs}
    refusal = refused(lambda: call(api, "ClaimReviews", review_ids=ids[:1], reviewer="late"))
    assert (refusal.code, refusal.reason) == ("FAILED_PRECONDITION", "REVIEW_CLAIMED")
    for holder, some in enumerate(held):
        for one in some:
            call(api, "ReleaseReview", review_id=one.review_id, reviewer=f"r{holder}")


def test_reviews_come_in_pages(api: Api) -> None:
    for number in range(3):
        judged(api, f"heroin {number}")
    whole = [one.review_id for one in call(api, "ListReviews").reviews]
    seen: list[str] = []
    token = ""
    while token or not seen:
        page = call(api, "ListReviews", page_size=2, page_token=token)
        seen += [one.review_id for one in page.reviews]
        token = page.next_page_token
        if len(seen) == 2:
            judged(api, "cocaine, due after all others")
    assert seen[: len(whole)] == whole
    assert len(seen) == len(set(seen))


def test_judging_anew_supersedes_and_opens_reviews(api: Api) -> None:
    job = judged(api, "Cocaine and more cocaine.")
    (first,) = reviews_of(api, job)
    make_template(api, "harsh", review=1, block_threshold=2)
    make_template(api, "mild", review=100)
    again = template_pb2.RemoderateRequest(template="harsh", media_ids=[job.media_id])
    (change,) = api.templates.Remoderate(again, timeout=TIMEOUT_S).changes
    assert change.to_suggestion == BLOCK
    assert reviews_of(api, job) == [], "people are not asked about blocks unless told so"
    (left,) = reviews_of(api, job, SUPERSEDED)
    assert left.review_id == first.review_id
    again.template = "drugs"
    api.templates.Remoderate(again, timeout=TIMEOUT_S)
    (second,) = reviews_of(api, job)
    assert (second.revision, second.state) == (3, OPEN)
    again.template = "mild"
    api.templates.Remoderate(again, timeout=TIMEOUT_S)
    assert reviews_of(api, job) == []
    refusal = refused(lambda: call(api, "ClaimReviews", review_ids=[second.review_id]))
    assert (refusal.code, refusal.reason) == ("FAILED_PRECONDITION", "REVIEW_STATE")


def test_a_template_may_ask_about_blocks_and_say_until_when(api: Api) -> None:
    draft = template_pb2.TemplateDraft(template_id="asking")
    draft.moderation.rules.add(
        category="prohibited", medium="text", enabled=True, word_lists=["drugs-en"],
        review_threshold=1, block_threshold=2,
    )  # fmt: skip
    draft.moderation.review.blocked = True
    draft.moderation.review.due_critical.seconds = 90
    request = template_pb2.CreateTemplateRequest(template=draft)
    api.templates.CreateTemplate(request, timeout=TIMEOUT_S)
    (review,) = reviews_of(api, judged(api, template="asking"))
    assert (review.suggestion, review.severity) == (BLOCK, review_pb2.REVIEW_SEVERITY_CRITICAL)
    waits = review.due_time.ToNanoseconds() - review.create_time.ToNanoseconds()
    assert 60 < waits / 1e9 <= 90  # counted from the judging, which comes before the review


def test_an_open_review_keeps_its_media_but_not_its_job(api: Api) -> None:
    job = judged(api)
    (review,) = reviews_of(api, job)
    remove = media_pb2.DeleteMediaRequest(media_id=job.media_id)
    refusal = refused(lambda: api.media.DeleteMedia(remove, timeout=TIMEOUT_S))
    assert (refusal.code, refusal.reason) == ("FAILED_PRECONDITION", "REVIEW_OPEN")
    assert refusal.metadata["review_id"] == review.review_id
    api.jobs.DeleteJob(job_pb2.DeleteJobRequest(job_id=job.job_id), timeout=TIMEOUT_S)
    answer = call(api, "GetReview", review_id=review.review_id)
    assert [hit.text for hit in answer.findings[0].segment.word_hits] == ["cocaine"]
    call(api, "ClaimReviews", review_ids=[review.review_id])
    decided = call(api, "DecideReview", review_id=review.review_id, **FALSE)
    assert decided.review.people_suggestion == PASS
    other = judged(api)
    remove = media_pb2.DeleteMediaRequest(media_id=other.media_id, close_reviews=True)
    api.media.DeleteMedia(remove, timeout=TIMEOUT_S)
    assert reviews_of(api, other) == []


def test_rulings_say_what_holds_one_by_one(api: Api) -> None:
    job = judged(api, "Cocaine is sold.\n\nA park.\n\nHeroin is sold.")
    (review,) = reviews_of(api, job)
    findings = call(api, "GetReview", review_id=review.review_id).findings
    assert len(findings) == review.finding_count == 2
    call(api, "ClaimReviews", review_ids=[review.review_id])
    upheld = review_pb2.ReviewRuling(
        finding=1, outcome=review_pb2.REVIEW_OUTCOME_UPHOLD,
        reason=review_pb2.REVIEW_REASON_VIOLATION,
    )  # fmt: skip
    alone = {"review_id": review.review_id, "rulings": [upheld]}
    refusal = refused(lambda: call(api, "DecideReview", **alone))
    assert (refusal.reason, refusal.fields) == ("FIELD_INVALID", ("rulings",))
    decided = call(api, "DecideReview", **alone, **FALSE).review
    assert decided.people_suggestion == BLOCK
    said = [one.outcome for one in call(api, "GetReview", review_id=review.review_id).findings]
    assert said == [review_pb2.REVIEW_OUTCOME_OVERTURN, review_pb2.REVIEW_OUTCOME_UPHOLD]


def decided(api: Api, text: str, who: str = "ann", **fields: Any) -> review_pb2.Review:
    """A review that somebody has decided."""
    (review,) = reviews_of(api, judged(api, text))
    call(api, "ClaimReviews", review_ids=[review.review_id], reviewer=who)
    given = {"review_id": review.review_id, "reviewer": who} | FALSE | fields
    return call(api, "DecideReview", **given).review


def test_an_appeal_goes_to_somebody_else_and_the_job_hears_of_both(api: Api) -> None:
    review = decided(api, "An appeal about cocaine.")
    last_seq = api.job(review.job_id).last_seq
    appeal = {"review_id": review.review_id, "note": "It is a song.", "author": "owner"}
    answer = call(api, "AppealReview", **appeal, request_id="a1")
    assert (answer.review.state, answer.review.appeals, answer.reused) == (OPEN, 1, False)
    assert answer.review.people_suggestion == PASS
    assert call(api, "AppealReview", **appeal, request_id="a1").reused
    claim = {"review_ids": [review.review_id]}
    refusal = refused(lambda: call(api, "ClaimReviews", **claim, reviewer="ann"))
    assert (refusal.code, refusal.reason) == ("PERMISSION_DENIED", "REVIEWER_EXCLUDED")
    call(api, "ClaimReviews", **claim, reviewer="bob")
    upheld = {
        "outcome": review_pb2.REVIEW_OUTCOME_UPHOLD, "reason": review_pb2.REVIEW_REASON_VIOLATION
    }  # fmt: skip
    call(api, "DecideReview", review_id=review.review_id, reviewer="bob", **upheld)
    assert api.job(review.job_id).people_suggestion == BLOCK
    watch = job_pb2.WatchJobRequest(job_id=review.job_id, after_seq=last_seq)
    told = [one.event.review_changed for one in api.jobs.WatchJob(watch, timeout=TIMEOUT_S)]
    assert [(one.state, one.people_suggestion) for one in told] == [(OPEN, PASS), (DECIDED, BLOCK)]
    actions = call(api, "GetReview", review_id=review.review_id).actions
    assert [(one.kind, one.reviewer) for one in actions] == [
        (review_pb2.REVIEW_ACTION_KIND_DECIDED, "ann"),
        (review_pb2.REVIEW_ACTION_KIND_APPEALED, "owner"),
        (review_pb2.REVIEW_ACTION_KIND_DECIDED, "bob"),
    ]


def test_a_decision_is_taken_back_by_who_made_it(api: Api) -> None:
    review = decided(api, "Undone about cocaine.")
    undo = {"review_id": review.review_id}
    refusal = refused(lambda: call(api, "UndoDecision", **undo, reviewer="bob"))
    assert (refusal.code, refusal.reason) == ("FAILED_PRECONDITION", "UNDO_REFUSED")
    given = undo | {"reviewer": "ann", "request_id": "u1", "note": "wrong key"}
    answer = call(api, "UndoDecision", **given)
    assert (answer.review.state, answer.review.claimed_by) == (CLAIMED, "ann")
    assert answer.review.lease_id
    assert api.job(review.job_id).people_suggestion == 0
    assert call(api, "UndoDecision", **given).reused
    findings = call(api, "GetReview", review_id=review.review_id).findings
    assert [one.outcome for one in findings] == [0]


def test_the_same_again_is_shown_and_then_said(api: Api) -> None:
    texts = ("Ketamine for sale now.", "Cheap: ketamine for sale!", "Ketamine for sale. Cook meth.")
    jobs = [judged(api, text) for text in texts]
    reviews = [reviews_of(api, job)[0] for job in jobs]
    first, second, third = (one.review_id for one in reviews)
    shown = call(api, "ListSimilarReviews", review_id=first, reviewer="ann").reviews
    assert [one.review.review_id for one in shown] == [second]
    (pair,) = shown[0].findings
    assert pair.likeness == review_pb2.REVIEW_LIKENESS_WORDS
    call(api, "ClaimReviews", review_ids=[first], reviewer="ann")
    call(api, "DecideReview", review_id=first, reviewer="ann", **FALSE)
    same = {"review_id": first, "similar_review_ids": [second, third, "x"], "reviewer": "ann"}
    answer = call(api, "DecideSimilarReviews", **same, request_id="s1")
    assert [(one.review_id, one.people_suggestion) for one in answer.reviews] == [(second, PASS)]
    missed = [(one.review_id, one.reason) for one in answer.not_decided]
    assert missed == [(third, "REVIEW_NOT_ALIKE"), ("x", "REVIEW_NOT_FOUND")]
    again = call(api, "DecideSimilarReviews", **same, request_id="s1")
    assert [one.review_id for one in again.reviews] == [second]
    actions = call(api, "GetReview", review_id=second).actions
    assert len(actions) == 1
    origin = call(api, "GetReview", review_id=first).actions[0].action_id
    assert actions[0].origin_action_id == origin


@pytest.mark.parametrize(
    "name",
    ["GetReview", "RenewReview", "ReleaseReview", "DecideReview", "AppealReview", "UndoDecision",
     "ListSimilarReviews"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(api: Api, name: str) -> None:
    beside: dict[str, dict[str, Any]] = {"DecideReview": FALSE, "AppealReview": {"note": "why"}}
    refusal = refused(lambda: call(api, name, review_id="nothing", **beside.get(name, {})))
    assert (refusal.code, refusal.reason) == ("NOT_FOUND", "REVIEW_NOT_FOUND")


def test_a_token_of_something_else_is_refused(api: Api) -> None:
    judged(api)
    judged(api)
    token = call(api, "ListReviews", page_size=1).next_page_token
    other = review_pb2.ReviewFilter(overdue=True)
    refusal = refused(lambda: call(api, "ListReviews", filter=other, page_token=token))
    assert refusal.reason == "PAGE_TOKEN_INVALID"


def learned(api: Api, template: str, text: str) -> tuple[review_pb2.Review, str]:
    """A review of a template of its own that was overturned, and its job."""
    make_template(api, template, review=50)
    job = judged(api, text, template)
    (review,) = reviews_of(api, job)
    call(api, "ClaimReviews", review_ids=[review.review_id])
    return call(api, "DecideReview", review_id=review.review_id, **FALSE).review, job.media_id


def test_what_was_overturned_passes_once_it_was_taught(api: Api) -> None:
    text = "They sang the song Cocaine by JJ Cale."
    review, media_id = learned(api, "band", text)
    given = {"review_ids": [review.review_id], "template_id": "band"}
    tried = call(api, "LearnFromReviews", **given, validate_only=True)
    assert (list(tried.phrases), tried.template) == (["the song Cocaine by JJ"], "band@1")
    preview = template_pb2.PreviewTemplateRequest(yaml=tried.yaml, media_ids=[media_id])
    (change,) = api.templates.PreviewTemplate(preview, timeout=TIMEOUT_S).changes
    assert (change.from_suggestion, change.to_suggestion) == (REVIEW, PASS)
    done = call(api, "LearnFromReviews", **given)
    assert (done.template, list(done.phrases)) == ("band@2", ["the song Cocaine by JJ"])
    again = call(api, "LearnFromReviews", **given)
    assert (again.template, list(again.phrases)) == ("band@2", [])
    anew = template_pb2.RemoderateRequest(template="band", media_ids=[media_id])
    (change,) = api.templates.Remoderate(anew, timeout=TIMEOUT_S).changes
    assert (change.from_template, change.to_suggestion) == ("band@1", PASS)
    for number, (template, suggestion) in enumerate((("band@1", REVIEW), ("band@2", PASS)), 1):
        request = media_pb2.GetAnalysisRequest(media_id=media_id, revision=number)
        shown = api.media.GetAnalysis(request, timeout=TIMEOUT_S).analysis
        assert (shown.verdict.template, shown.verdict.suggestion) == (template, suggestion)
        assert shown.review.suggestion == (PASS if number == 1 else 0)
    other = judged(api, "Who sells cocaine here?", "band")
    assert other.suggestion == REVIEW, "the word itself is listed as before"


def test_only_own_templates_and_lists_of_hashes_learn_from_decided_reviews(api: Api) -> None:
    review, _ = learned(api, "choir", "We sang about cocaine blues.")
    ids = {"review_ids": [review.review_id]}
    refusal = refused(lambda: call(api, "LearnFromReviews", **ids, template_id="careful"))
    assert refusal.reason == "TEMPLATE_IS_PRESET"
    refusal = refused(lambda: call(api, "LearnFromReviews", **ids, library_id="nothing"))
    assert refusal.reason == "LIBRARY_NOT_FOUND"
    undecided = reviews_of(api, judged(api, "open cocaine case"))[0].review_id
    refusal = refused(
        lambda: call(api, "LearnFromReviews", review_ids=[undecided], template_id="choir")
    )
    assert refusal.reason == "REVIEW_STATE"
    own = call(api, "LearnFromReviews", **ids, template_id="choir", phrases=["cocaine blues"])
    assert (own.template, list(own.phrases)) == ("choir@2", ["cocaine blues"])


def test_rules_that_are_overturned_too_often_are_flagged(api: Api) -> None:
    review, _ = learned(api, "orchestra", "We played cocaine blues tonight.")
    asked = {"template": "orchestra", "min_reviews": 1}
    (rate,) = call(api, "GetRuleRates", **asked).rates
    assert (rate.template, rate.rule_id) == ("orchestra@1", "prohibited.text")
    assert (rate.reviews, rate.overturned, rate.false_positives) == (1, 1, 1)
    assert (rate.overturn_rate.value, rate.overturn_rate.high) == (1.0, 1.0)
    assert 0.2 < rate.overturn_rate.low < 0.21
    assert rate.flagged
    assert not call(api, "GetRuleRates", template="orchestra").rates[0].flagged, "too few"
    assert not call(api, "GetRuleRates", **asked, max_overturn_rate=1.0).rates[0].flagged
    late = {"min_decide_time": {"seconds": review.decide_time.seconds + 1}}
    assert not call(api, "GetRuleRates", **asked, **late).rates
    assert not call(api, "GetRuleRates", template="orchestra@2").rates
    assert call(api, "GetRuleRates", template="orchestra@1").rates
