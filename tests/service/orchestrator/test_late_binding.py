"""A person named later: finished jobs say so, and no model is called."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from calling import BUSY_S, TIMEOUT_S, Api, bound, refused, until
from running import Processes

from videre.v1 import (
    analysis_pb2,
    feedback_pb2,
    job_pb2,
    media_pb2,
    review_pb2,
    template_pb2,
)
from videre.v1 import library_pb2 as pb

pytestmark = pytest.mark.engine

CLIPS = ("asl_yes.mkv", "asl_milk.mkv", "flower.mp4")


@pytest.fixture(scope="module")
def api(request: pytest.FixtureRequest) -> Api:
    if not os.environ.get("VIDERE_TEST_MEDIA") or not os.environ.get("VIDERE_MODEL_MIRROR"):
        pytest.skip("VIDERE_TEST_MEDIA and VIDERE_MODEL_MIRROR name no folders")
    api: Api = request.getfixturevalue("seeing_api")
    return api


@pytest.fixture(scope="module")
def jobs(api: Api) -> dict[str, job_pb2.Job]:
    """The jobs of some clips, before anybody has a name."""
    folder = Path(os.environ["VIDERE_TEST_MEDIA"]) / "video"
    submitted = {}
    for clip in CLIPS:
        request = job_pb2.SubmitJobRequest(features=["shots", "faces", "objects"])
        request.inputs.add(uri=f"file://{folder / clip}")
        submitted[clip] = api.submit(request).job.job_id
    ended = {clip: api.end_of(job_id, BUSY_S) for clip, job_id in submitted.items()}
    assert all(job.state == job_pb2.JOB_STATE_SUCCEEDED for job in ended.values()), ended
    return ended


def analysis(api: Api, media_id: str, revision: int = 0) -> analysis_pb2.Analysis:
    request = media_pb2.GetAnalysisRequest(
        media_id=media_id, revision=revision, view=analysis_pb2.ANALYSIS_VIEW_FULL
    )
    return api.media.GetAnalysis(request, timeout=TIMEOUT_S).analysis


def add(api: Api, library_id: str, entry: pb.NewLibraryEntry) -> None:
    request = pb.AddLibraryEntriesRequest(library_id=library_id, entries=[entry])
    api.libraries.AddLibraryEntries(request, timeout=TIMEOUT_S)


def test_naming_somebody_later_needs_no_model(
    api: Api, seeing: Processes, jobs: dict[str, job_pb2.Job]
) -> None:
    yes, milk, flower = (jobs[clip].media_id for clip in CLIPS)
    before = analysis(api, yes)
    (signer,) = before.people
    assert not signer.name
    assert signer.identity_id
    calls = seeing.engine_calls()
    create = pb.CreateLibraryRequest(library_id="signers", kind=pb.LIBRARY_KIND_PERSONS)
    api.libraries.CreateLibrary(create, timeout=TIMEOUT_S)
    entry = pb.NewLibraryEntry(entry_id="ada", name="Ada", category="asl")
    entry.samples.add(person={"media_id": yes, "person_id": signer.person_id})
    add(api, "signers", entry)
    library = bound(api, "signers")
    assert library.media_left == 0

    after = analysis(api, yes)
    assert (after.revision, after.people[0].name, after.people[0].entry_id) == (2, "Ada", "ada")
    (match,) = after.library_matches
    assert (match.name, match.category, match.person_id) == ("Ada", "asl", signer.person_id)
    assert match.evidence
    assert match.confidence > 0.99
    assert [*after.rules.libraries] == [f"signers@{library.version}"]
    assert analysis(api, flower).revision == 1
    old = analysis(api, yes, revision=1)
    assert not old.library_matches
    assert old.result_digest == before.result_digest

    job = api.job(jobs["asl_yes.mkv"].job_id)
    assert (job.analysis_revision, job.result_digest) == (2, after.result_digest)
    events = [
        item.event
        for item in api.jobs.WatchJob(job_pb2.WatchJobRequest(job_id=job.job_id), timeout=TIMEOUT_S)
    ]
    assert events[-1].analysis_published.revision == 2
    assert seeing.engine_calls() == calls
    assert milk


def test_a_new_job_says_what_late_binding_says(api: Api, jobs: dict[str, job_pb2.Job]) -> None:
    bound_later = analysis(api, jobs["asl_yes.mkv"].media_id)
    request = job_pb2.SubmitJobRequest(features=["shots", "faces", "objects"])
    request.inputs.add(media_id=jobs["asl_yes.mkv"].media_id)
    job = api.ended(request, BUSY_S)
    assert job.result_digest == bound_later.result_digest
    assert job.model_calls == 0


def test_a_rule_knows_somebody_whom_no_analysis_names(
    api: Api, jobs: dict[str, job_pb2.Job]
) -> None:
    yes, flower = (jobs[clip].media_id for clip in ("asl_yes.mkv", "flower.mp4"))
    create = pb.CreateLibraryRequest(
        library_id="watched", kind=pb.LIBRARY_KIND_PERSONS, usages=[pb.LIBRARY_USAGE_REVIEW]
    )
    api.libraries.CreateLibrary(create, timeout=TIMEOUT_S)
    entry = pb.NewLibraryEntry(entry_id="ada", name="Ada", category="politician")
    (signer,) = analysis(api, yes).people
    entry.samples.add(person={"media_id": yes, "person_id": signer.person_id})
    add(api, "watched", entry)
    bound(api, "watched")
    assert not any(one.library_id == "watched" for one in analysis(api, yes).library_matches)
    draft = template_pb2.TemplateDraft(template_id="watching")
    draft.moderation.rules.add(
        category="political", medium="image", enabled=True, labels=["politician"],
        review_threshold=90, libraries=["watched"],
    )  # fmt: skip
    request = template_pb2.CreateTemplateRequest(template=draft)
    api.templates.CreateTemplate(request, timeout=TIMEOUT_S)
    again = template_pb2.RemoderateRequest(template="watching", media_ids=[yes, flower])
    api.templates.Remoderate(again, timeout=TIMEOUT_S)
    (group,) = analysis(api, yes).verdict.groups
    assert (group.suggestion, group.label) == (analysis_pb2.SUGGESTION_REVIEW, "politician")
    assert group.segments[0].evidence
    assert {one.state for one in group.coverage} == {analysis_pb2.COVERAGE_STATE_CHECKED}
    assert analysis(api, flower).verdict.suggestion == analysis_pb2.SUGGESTION_PASS


def test_who_was_taken_for_somebody_is_told_from_them_by_a_review(
    api: Api, seeing: Processes, jobs: dict[str, job_pb2.Job]
) -> None:
    yes, calls = jobs["asl_yes.mkv"].media_id, seeing.engine_calls()
    listed = review_pb2.ListReviewsRequest(filter={"media_id": yes})
    (review,) = api.reviews.ListReviews(listed, timeout=TIMEOUT_S).reviews
    claim = review_pb2.ClaimReviewsRequest(review_ids=[review.review_id])
    (held,) = api.reviews.ClaimReviews(claim, timeout=TIMEOUT_S).reviews
    decision = review_pb2.DecideReviewRequest(
        review_id=review.review_id, lease_id=held.lease_id,
        outcome=review_pb2.REVIEW_OUTCOME_OVERTURN,
        reason=review_pb2.REVIEW_REASON_FALSE_POSITIVE,
    )  # fmt: skip
    api.reviews.DecideReview(decision, timeout=TIMEOUT_S)

    learn = review_pb2.LearnFromReviewsRequest(review_ids=[review.review_id], library_id="watched")
    check = review_pb2.LearnFromReviewsRequest(validate_only=True)
    check.MergeFrom(learn)
    before = bound(api, "watched").version
    would = api.reviews.LearnFromReviews(check, timeout=TIMEOUT_S)
    assert bound(api, "watched").version == before
    done = api.reviews.LearnFromReviews(learn, timeout=TIMEOUT_S)
    assert would.samples == done.samples
    assert {(one.entry_id, one.review_id) for one in done.samples} == {("ada", review.review_id)}
    assert not api.reviews.LearnFromReviews(learn, timeout=TIMEOUT_S).samples
    contrary = [one for one in samples(api, "ada", "watched") if one.negative]
    assert [one.origin.review_id for one in contrary] == [review.review_id]
    bound(api, "watched")
    assert analysis(api, yes).verdict.suggestion == analysis_pb2.SUGGESTION_PASS
    assert seeing.engine_calls() == calls, "no model was called"


def test_a_name_changes_without_a_revision_and_goes_with_the_entry(
    api: Api, jobs: dict[str, job_pb2.Job]
) -> None:
    media_id = jobs["asl_yes.mkv"].media_id
    change = pb.UpdateLibraryEntryRequest(library_id="signers", entry_id="ada", name="Ada L.")
    api.libraries.UpdateLibraryEntry(change, timeout=TIMEOUT_S)
    bound(api, "signers")
    renamed = analysis(api, media_id)
    assert renamed.people[0].name == "Ada L."
    remove = pb.RemoveLibraryEntriesRequest(library_id="signers", entry_ids=["ada"])
    api.libraries.RemoveLibraryEntries(remove, timeout=TIMEOUT_S)
    bound(api, "signers")
    gone = analysis(api, media_id)
    assert gone.revision == renamed.revision + 1
    assert not gone.library_matches
    assert not gone.people[0].entry_id
    assert not analysis(api, media_id, revision=renamed.revision).people[0].name


def test_an_identity_is_listed_and_can_be_named(api: Api, jobs: dict[str, job_pb2.Job]) -> None:
    media_id = jobs["asl_yes.mkv"].media_id
    (person,) = analysis(api, media_id).people
    asked = pb.ListIdentitiesRequest(media_id=media_id)
    (identity,) = api.libraries.ListIdentities(asked, timeout=TIMEOUT_S).identities
    assert identity.identity_id == person.identity_id
    assert identity.persons[0].media_id == media_id
    entry = pb.NewLibraryEntry(entry_id="eve", name="Eve")
    entry.samples.add(identity_id=identity.identity_id)
    add(api, "signers", entry)
    bound(api, "signers")
    assert analysis(api, media_id).people[0].name == "Eve"
    api.libraries.DeleteLibrary(pb.DeleteLibraryRequest(library_id="signers"), timeout=TIMEOUT_S)
    until(lambda: not analysis(api, media_id).library_matches, "nobody is named any more")


def said(
    api: Api, job: job_pb2.Job, name: str, request_id: str = "", **more: Any
) -> feedback_pb2.SubmitFeedbackResponse:
    """Say who the one person of a job is; "" = somebody else."""
    (person,) = analysis(api, job.media_id).people
    correction = feedback_pb2.Correction(
        kind=feedback_pb2.CORRECTION_KIND_PERSON, person_id=person.person_id, name=name
    )
    request = feedback_pb2.SubmitFeedbackRequest(
        job_id=job.job_id, corrections=[correction], request_id=request_id,
        **({"library_id": "taught"} | more),
    )  # fmt: skip
    return api.jobs.SubmitFeedback(request, timeout=TIMEOUT_S)


def samples(api: Api, entry_id: str, library_id: str = "taught") -> list[pb.LibrarySample]:
    request = pb.GetLibraryEntryRequest(library_id=library_id, entry_id=entry_id)
    return [*api.libraries.GetLibraryEntry(request, timeout=TIMEOUT_S).entry.samples]


def test_a_library_learns_from_corrections(
    api: Api, seeing: Processes, jobs: dict[str, job_pb2.Job]
) -> None:
    job, calls = jobs["asl_milk.mkv"], seeing.engine_calls()
    create = pb.CreateLibraryRequest(library_id="taught", kind=pb.LIBRARY_KIND_PERSONS)
    api.libraries.CreateLibrary(create, timeout=TIMEOUT_S)
    would = said(api, job, "Bob", validate_only=True)
    assert [one.negative for one in would.lessons] == [False]
    assert bound(api, "taught").entry_count == 0

    (lesson,) = said(api, job, "Bob", "r1").lessons
    bound(api, "taught")
    (person,) = analysis(api, job.media_id).people
    assert (person.name, person.entry_id) == ("Bob", lesson.entry_id)
    (sample,) = samples(api, lesson.entry_id)
    assert (sample.origin.media_id, sample.origin.job_id) == (job.media_id, job.job_id)
    assert sample.origin.person_id == person.person_id
    listed = api.jobs.ListFeedback(
        feedback_pb2.ListFeedbackRequest(media_id=job.media_id), timeout=TIMEOUT_S
    )
    assert sample.origin.feedback_id in {item.feedback_id for item in listed.feedback}
    again = said(api, job, "Bob", "r1")
    assert (again.reused, [*again.lessons]) == (True, [])

    # Not Bob, but Cyd.
    bob, cyd = said(api, job, "Cyd").lessons
    assert (bob.entry_id, bob.negative, cyd.negative) == (lesson.entry_id, True, False)
    bound(api, "taught")
    assert analysis(api, job.media_id).people[0].name == "Cyd"
    assert [one.negative for one in samples(api, lesson.entry_id)] == [False, True]

    # Nobody knows who.
    said(api, job, "")
    bound(api, "taught")
    assert not analysis(api, job.media_id).people[0].name

    # Bob after all.
    said(api, job, "Bob")
    bound(api, "taught")
    assert analysis(api, job.media_id).people[0].name == "Bob"
    assert [one.negative for one in samples(api, lesson.entry_id)] == [False]
    assert seeing.engine_calls() == calls, "no model was called"


def test_what_cannot_be_learned_is_refused_by_name(api: Api, jobs: dict[str, job_pb2.Job]) -> None:
    job = jobs["asl_milk.mkv"]
    create = pb.CreateLibraryRequest(library_id="spoken", kind=pb.LIBRARY_KIND_WORDS)
    api.libraries.CreateLibrary(create, timeout=TIMEOUT_S)
    refusal = refused(lambda: said(api, job, "Bob", library_id="spoken"))
    assert (refusal.fields, refusal.metadata["limit"]) == (("library_id",), "persons, pictures")
    missing = refused(lambda: said(api, job, "Bob", library_id="nothing"))
    assert missing.reason == "LIBRARY_NOT_FOUND"
    for entry_id in ("d1", "d2"):
        entry = pb.NewLibraryEntry(entry_id=entry_id, name="Dee")
        (person,) = analysis(api, job.media_id).people
        entry.samples.add(person={"media_id": job.media_id, "person_id": person.person_id})
        add(api, "taught", entry)
    several = refused(lambda: said(api, job, "Dee"))
    assert several.fields == ("corrections[0].name",)
    assert several.metadata["actual"] == "d1, d2"
