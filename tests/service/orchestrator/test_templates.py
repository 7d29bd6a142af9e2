"""Own templates through their whole life, and the jobs that are done with them."""

from __future__ import annotations

from typing import Any

import pytest
from calling import TIMEOUT_S, Api, refused, text_request

from videre.v1 import analysis_pb2, job_pb2, media_pb2, template_pb2

#: Words that the packaged list of drugs finds at a score of 90.
TEXT = "Who sells cocaine here?"


@pytest.fixture(scope="module")
def api(own_api: Api) -> Api:
    return own_api


def call(api: Api, name: str, **fields: Any) -> Any:
    request = getattr(template_pb2, f"{name}Request")(**fields)
    return getattr(api.templates, name)(request, timeout=TIMEOUT_S)


def house(template_id: str, review: int, **given: Any) -> template_pb2.TemplateDraft:
    """A template with one rule: words about drugs in a text."""
    rule = template_pb2.ModerationRule(
        category="prohibited", medium="text", enabled=True, word_lists=["drugs-en"],
        review_threshold=review,
    )  # fmt: skip
    rules = template_pb2.ModerationTemplate(rules=[rule])
    return template_pb2.TemplateDraft(template_id=template_id, moderation=rules, **given)


def judged(api: Api, template: str) -> tuple[job_pb2.Job, analysis_pb2.Verdict]:
    """Return the ended job of a text under a template, and its verdict."""
    selection = job_pb2.TemplateSelection(moderation=template)
    job = api.ended(text_request(TEXT, templates=selection))
    assert job.state == job_pb2.JOB_STATE_SUCCEEDED, job
    request = media_pb2.GetAnalysisRequest(media_id=job.media_id, revision=job.analysis_revision)
    return job, api.media.GetAnalysis(request, timeout=TIMEOUT_S).analysis.verdict


def test_a_job_is_judged_by_exactly_the_version_it_names(api: Api) -> None:
    made = call(api, "CreateTemplate", template=house("exact", 95)).template
    assert (made.version, made.etag, made.preset, made.is_default) == (1, "1", False, False)
    assert made.number >= 1_000
    assert made.moderation.rules[0].rule_id == "prohibited.text"
    changed = call(api, "UpdateTemplate", template=house("exact", 50), etag="1").template
    assert (changed.version, changed.etag) == (2, "2")
    for name, version, suggestion in (
        ("exact@1", 1, analysis_pb2.SUGGESTION_PASS),
        ("exact", 2, analysis_pb2.SUGGESTION_REVIEW),
        (str(made.number), 2, analysis_pb2.SUGGESTION_REVIEW),
        (f"{made.number}@1", 1, analysis_pb2.SUGGESTION_PASS),
    ):
        job, verdict = judged(api, name)
        assert (verdict.template, verdict.suggestion) == (f"exact@{version}", suggestion)
        assert job.rules.moderation_template == f"exact@{version}"
        assert job.rules.analysis_template == "full@1"
    assert call(api, "GetTemplate", template="exact@1").template == made
    diff = call(api, "DiffTemplates", from_template="exact@1")
    assert (diff.from_template, diff.to_template) == ("exact@1", "exact@2")
    assert [(one.path, one.from_value, one.to_value) for one in diff.changes] == [
        ("moderation.rules[prohibited.text].review_threshold", "95", "50")
    ]


def test_a_lost_update_and_a_check_change_nothing(api: Api) -> None:
    call(api, "CreateTemplate", template=house("lost", 95))
    draft = house("lost", 50)
    checked = call(api, "UpdateTemplate", template=draft, validate_only=True).template
    assert checked.moderation.rules[0].review_threshold == 50
    refusal = refused(lambda: call(api, "UpdateTemplate", template=draft, etag="7"))
    assert (refusal.code, refusal.reason) == ("ABORTED", "ETAG_MISMATCH")
    call(api, "CreateTemplate", template=house("never", 1), validate_only=True)
    refusal = refused(lambda: call(api, "GetTemplate", template="never"))
    assert refusal.reason == "TEMPLATE_NOT_FOUND"
    assert call(api, "GetTemplate", template="lost").template.version == 1


def test_a_cited_template_is_deleted_but_stays_readable(api: Api) -> None:
    call(api, "CreateTemplate", template=house("cited", 50))
    call(api, "CreateTemplate", template=house("unused", 50))
    judged(api, "cited")
    assert call(api, "DeleteTemplate", template="cited").kept
    assert not call(api, "DeleteTemplate", template="unused").kept
    assert call(api, "GetTemplate", template="cited@1").template.HasField("delete_time")
    names = {one.template_id for one in call(api, "ListTemplates").templates}
    assert not names & {"cited", "unused"}
    shown = call(api, "ListTemplates", show_deleted=True).templates
    assert "cited" in {one.template_id for one in shown}
    for template in ("cited", "cited@1"):
        selection = job_pb2.TemplateSelection(moderation=template)
        request = text_request(TEXT, templates=selection)
        refusal = refused(lambda request=request: api.submit(request))
        assert refusal.reason == "TEMPLATE_NOT_FOUND"


def test_the_default_is_what_jobs_get_that_name_none(api: Api) -> None:
    call(api, "CreateTemplate", template=house("usual", 50))
    assert call(api, "SetDefaultTemplate", template="usual").template.is_default
    try:
        assert judged(api, "")[1].template == "usual@1"
        refusal = refused(lambda: call(api, "DeleteTemplate", template="usual"))
        assert (refusal.code, refusal.reason) == ("FAILED_PRECONDITION", "TEMPLATE_IS_DEFAULT")
        listed = call(api, "ListTemplates", kind=template_pb2.TEMPLATE_KIND_MODERATION).templates
        assert [one.template_id for one in listed if one.is_default] == ["usual"]
    finally:
        call(api, "SetDefaultTemplate", template="careful")


def test_presets_are_copied_by_files_and_never_changed(api: Api) -> None:
    file = call(api, "ExportTemplate", template="10")
    assert file.template == "vendor@3"
    for name in ("UpdateTemplate", "CreateTemplate"):
        draft = house("vendor", 5)
        refusal = refused(lambda name=name, draft=draft: call(api, name, template=draft))
        assert (refusal.code, refusal.reason) == ("FAILED_PRECONDITION", "TEMPLATE_IS_PRESET")
    refusal = refused(lambda: call(api, "DeleteTemplate", template="careful"))
    assert refusal.reason == "TEMPLATE_IS_PRESET"
    made = call(api, "ImportTemplate", yaml=file.yaml, template_id="ours")
    assert (made.created, made.template.template_id) == (True, "ours")
    assert call(api, "DiffTemplates", from_template="vendor", to_template="ours").changes == []
    again = call(api, "ImportTemplate", yaml=file.yaml, template_id="ours")
    assert (again.created, again.template.version) == (False, 1)
    lower = file.yaml.replace("block_threshold: 97", "block_threshold: 96")
    assert call(api, "ImportTemplate", yaml=lower, template_id="ours").template.version == 2
    wrong = file.yaml.replace("block_threshold: 97", "block_threshold: 197")
    refusal = refused(lambda: call(api, "ImportTemplate", yaml=wrong, template_id="ours"))
    assert refusal.fields == ("yaml",)
    assert refusal.metadata["actual"] == "197"


def test_an_analysis_template_says_what_is_looked_for(api: Api) -> None:
    draft = template_pb2.TemplateDraft(
        template_id="words", analysis=template_pb2.AnalysisTemplate(features=["text"])
    )
    call(api, "CreateTemplate", template=draft)
    selection = job_pb2.TemplateSelection(analysis="words")
    job = api.ended(text_request(TEXT, templates=selection))
    assert list(job.features) == ["text"]
    assert job.rules.analysis_template == "words@1"
    other = house("words", 5)
    refusal = refused(lambda: call(api, "UpdateTemplate", template=other))
    assert refusal.fields == ("template.parameters",)
