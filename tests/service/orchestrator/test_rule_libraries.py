"""Rules look in the project's own words, also in what was judged before; no model is called."""

from __future__ import annotations

from typing import Any

import pytest
from calling import TIMEOUT_S, Api, bound, refused, text_request

from videre.v1 import analysis_pb2, job_pb2, media_pb2, moderation_pb2, template_pb2
from videre.v1 import library_pb2 as pb

PASS, REVIEW = analysis_pb2.SUGGESTION_PASS, analysis_pb2.SUGGESTION_REVIEW
TEXT = "Buy acme products, or zeta ones."


@pytest.fixture(scope="module")
def api(own_api: Api) -> Api:
    for library_id, usage in (("terms", pb.LIBRARY_USAGE_REVIEW), ("tags", 1)):
        request = pb.CreateLibraryRequest(
            library_id=library_id, kind=pb.LIBRARY_KIND_WORDS, usages=[usage]
        )
        own_api.libraries.CreateLibrary(request, timeout=TIMEOUT_S)
    return own_api


def add(api: Api, word: str, category: str = "") -> int:
    """Add a word; return the library's version once it was looked for everywhere."""
    entry = pb.NewLibraryEntry(entry_id=word, name=word, category=category)
    entry.word.text = word
    request = pb.AddLibraryEntriesRequest(library_id="terms", entries=[entry])
    api.libraries.AddLibraryEntries(request, timeout=TIMEOUT_S)
    return bound(api, "terms").version


def draft(template_id: str, *libraries: str, **rule: Any) -> template_pb2.TemplateDraft:
    made = template_pb2.TemplateDraft(template_id=template_id)
    fields = {"category": "custom", "medium": "text", "enabled": True} | rule
    made.moderation.rules.add(libraries=libraries, review_threshold=50, **fields)
    return made


def make(api: Api, template: template_pb2.TemplateDraft) -> None:
    request = template_pb2.CreateTemplateRequest(template=template)
    api.templates.CreateTemplate(request, timeout=TIMEOUT_S)


def verdict(api: Api, job: job_pb2.Job, revision: int = 0) -> tuple[int, analysis_pb2.Verdict]:
    request = media_pb2.GetAnalysisRequest(media_id=job.media_id, revision=revision)
    found = api.media.GetAnalysis(request, timeout=TIMEOUT_S).analysis
    return found.revision, found.verdict


def test_a_library_is_looked_in_and_its_changes_are_judged_late(api: Api) -> None:
    version = add(api, "acme", "rival")
    make(api, draft("house", "terms"))
    make(api, draft("fixed", f"terms@{version}"))
    jobs = {
        name: api.ended(
            text_request(TEXT, templates=job_pb2.TemplateSelection(moderation=name))
        )
        for name in ("house", "fixed")
    }  # fmt: skip
    for job in jobs.values():
        revision, found = verdict(api, job)
        assert (revision, found.suggestion, list(found.libraries)) == (
            1, REVIEW, [f"terms@{version}"],
        )  # fmt: skip
        assert [one.label for one in found.groups[0].segments] == ["rival"]
        analysis = media_pb2.GetAnalysisRequest(media_id=job.media_id)
        matches = api.media.GetAnalysis(analysis, timeout=TIMEOUT_S).analysis.library_matches
        assert not matches, "a library for reviews is not looked for in analyses"

    later = add(api, "zeta")
    revision, found = verdict(api, jobs["house"])
    assert (revision, list(found.libraries)) == (2, [f"terms@{later}"])
    assert sorted(one.label for one in found.groups[0].segments) == ["rival", "terms"]
    assert verdict(api, jobs["house"], 1)[1].libraries == [f"terms@{version}"]
    assert verdict(api, jobs["fixed"])[0] == 1, "a version that is named stays"

    job = api.ended(text_request(TEXT, templates=job_pb2.TemplateSelection(moderation="fixed")))
    _, found = verdict(api, job)
    (covered,) = found.groups[0].coverage
    assert (found.suggestion, covered.reason) == (REVIEW, "LIBRARY_CHANGED")


def test_an_audit_says_when_a_library_is_another_one_now(api: Api) -> None:
    make(api, draft("audited", "terms"))
    selection = job_pb2.TemplateSelection(moderation="audited")
    job = api.ended(text_request("No word of theirs.", templates=selection))
    audit = moderation_pb2.AuditVerdictsRequest(job_ids=[job.job_id])

    def revision() -> moderation_pb2.RevisionAudit:
        answer = api.moderation.AuditVerdicts(audit, timeout=TIMEOUT_S)
        return next(one for one in answer.revisions if one.revision == 1)

    assert revision().result == moderation_pb2.REPLAY_RESULT_EQUAL
    add(api, "unrelated")
    found = revision()
    assert (found.result, found.reason) == (
        moderation_pb2.REPLAY_RESULT_CANNOT_REPLAY, "LIBRARY_CHANGED",
    )  # fmt: skip


def test_a_version_that_changes_no_verdict_makes_no_revision(api: Api) -> None:
    make(api, draft("still", "terms"))
    selection = job_pb2.TemplateSelection(moderation="still")
    job = api.ended(text_request("Nothing of that.", templates=selection))
    add(api, "elsewhere")
    assert verdict(api, job)[0] == 1
    request = template_pb2.RemoderateRequest(template="still", media_ids=[job.media_id])
    api.templates.Remoderate(request, timeout=TIMEOUT_S)
    revision, found = verdict(api, job)
    assert (revision, found.suggestion) == (2, PASS)


@pytest.mark.parametrize(
    ("library", "rule", "actual"),
    [
        ("nobody", {}, "nobody"),
        ("tags", {}, "recognition"),
        ("terms@999", {}, "999"),
        ("terms", {"medium": "image"}, "words"),
    ],
)
def test_a_library_that_does_not_fit_is_refused(
    api: Api, library: str, rule: dict[str, str], actual: str
) -> None:
    refusal = refused(lambda: make(api, draft("wrong", library, **rule)))
    assert refusal.reason == "FIELD_INVALID"
    assert refusal.fields == ("template.moderation.rules[0].libraries[0]",)
    preview = template_pb2.PreviewTemplateRequest(draft=draft("wrong", library, **rule))
    refusal = refused(lambda: api.templates.PreviewTemplate(preview, timeout=TIMEOUT_S))
    assert refusal.fields == ("draft.moderation.rules[0].libraries[0]",)
    assert refusal.metadata["actual"] == actual
