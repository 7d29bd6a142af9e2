"""Lists of hashes in templates: bytes that block or allow, also by entries that are added later."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import pytest
from calling import TIMEOUT_S, Api, bound, refused, text_request

from videre.v1 import analysis_pb2, job_pb2, media_pb2, template_pb2
from videre.v1 import library_pb2 as pb

PASS, REVIEW, BLOCK = (
    analysis_pb2.SUGGESTION_PASS, analysis_pb2.SUGGESTION_REVIEW, analysis_pb2.SUGGESTION_BLOCK,
)  # fmt: skip


def create(api: Api, library_id: str, *texts: str) -> None:
    usages = [pb.LIBRARY_USAGE_REVIEW]
    request = pb.CreateLibraryRequest(
        library_id=library_id, kind=pb.LIBRARY_KIND_HASHES, usages=usages
    )
    api.libraries.CreateLibrary(request, timeout=TIMEOUT_S)
    add(api, library_id, *texts)


def add(api: Api, library_id: str, *texts: str) -> None:
    """List the bytes of texts; return when they were looked for everywhere."""
    entries = [
        pb.NewLibraryEntry(
            entry_id=f"e{digest(text)[:8]}",
            name=text[:20],
            hash=pb.HashContent(algorithm="sha256", value=digest(text)),
        )
        for text in texts
    ]
    if entries:
        request = pb.AddLibraryEntriesRequest(library_id=library_id, entries=entries)
        api.libraries.AddLibraryEntries(request, timeout=TIMEOUT_S)
    bound(api, library_id)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def template(
    api: Api, template_id: str, block: Sequence[str] = (), allow: Sequence[str] = ()
) -> None:
    rules = [
        template_pb2.ModerationRule(
            category="custom", medium="image", enabled=True, hash_lists=block
        ),
        template_pb2.ModerationRule(
            category="prohibited", medium="text", enabled=True, word_lists=["drugs-en"],
            review_threshold=50,
        ),
    ]  # fmt: skip
    moderation = template_pb2.ModerationTemplate(rules=rules, allow_hash_lists=allow)
    draft = template_pb2.TemplateDraft(template_id=template_id, moderation=moderation)
    request = template_pb2.CreateTemplateRequest(template=draft)
    api.templates.CreateTemplate(request, timeout=TIMEOUT_S)


def judged(api: Api, text: str, moderation: str) -> job_pb2.Job:
    selection = job_pb2.TemplateSelection(moderation=moderation)
    return api.ended(text_request(text, templates=selection))


def latest(api: Api, media_id: str) -> analysis_pb2.Analysis:
    request = media_pb2.GetAnalysisRequest(media_id=media_id)
    return api.media.GetAnalysis(request, timeout=TIMEOUT_S).analysis


def test_bytes_on_a_list_are_blocked_and_the_verdict_says_by_which_entry(api: Api) -> None:
    create(api, "leaks", "The leaked script.")
    template(api, "with-leaks", block=["leaks"])
    job = judged(api, "The leaked script.", "with-leaks")
    assert job.suggestion == BLOCK
    found = latest(api, job.media_id)
    (segment,) = found.verdict.groups[0].segments
    (hit,) = segment.hash_hits
    assert (hit.library, hit.exact, hit.HasField("frame")) == ("leaks@2", True, False)
    assert hit.entry_id == f"e{digest('The leaked script.')[:8]}"
    assert (segment.label, segment.rule_id) == ("hash_list", "custom.image.block")
    assert list(found.rules.hash_lists) == ["leaks@2"]
    assert not found.library_matches  # the list is for review only
    other = judged(api, "Another script.", "with-leaks")
    assert other.suggestion == PASS


def test_bytes_that_are_allowed_pass(api: Api) -> None:
    create(api, "cleared", "A talk about cocaine.")
    template(api, "with-cleared", allow=["cleared"])
    job = judged(api, "A talk about cocaine.", "with-cleared")
    verdict = latest(api, job.media_id).verdict
    assert (job.suggestion, [group.reason for group in verdict.groups]) == (
        PASS, ["ALLOWED", "ALLOWED"],
    )  # fmt: skip
    assert verdict.allowed[0].exact
    assert judged(api, "Another talk about cocaine.", "with-cleared").suggestion == REVIEW


def test_entries_that_come_later_judge_finished_media_without_a_model(api: Api) -> None:
    create(api, "late")
    template(api, "with-late", block=["late"])
    job = judged(api, "Published long ago.", "with-late")
    other = judged(api, "Published as well.", "with-late")
    assert (job.suggestion, other.suggestion) == (PASS, PASS)
    add(api, "late", "Published long ago.")
    found = latest(api, job.media_id)
    assert (found.revision, found.verdict.suggestion) == (2, BLOCK)
    assert list(found.rules.hash_lists) == ["late@2"]
    assert api.job(job.job_id).suggestion == BLOCK
    assert latest(api, other.media_id).revision == 1
    gone = pb.RemoveLibraryEntriesRequest(
        library_id="late", entry_ids=[f"e{digest('Published long ago.')[:8]}"]
    )
    api.libraries.RemoveLibraryEntries(gone, timeout=TIMEOUT_S)
    bound(api, "late")
    found = latest(api, job.media_id)
    assert (found.revision, found.verdict.suggestion) == (3, PASS)
    assert sum(stage.model_calls for stage in api.job(job.job_id).stages) == 0


def test_previews_and_judging_again_compare_the_lists_of_their_template(api: Api) -> None:
    create(api, "tried", "An old text.")
    job = api.ended(text_request("An old text."))
    assert job.suggestion == PASS
    rule = template_pb2.ModerationRule(
        category="custom", medium="image", enabled=True, hash_lists=["tried"]
    )
    moderation = template_pb2.ModerationTemplate(rules=[rule])
    draft = template_pb2.TemplateDraft(template_id="draft", moderation=moderation)
    preview = api.templates.PreviewTemplate(
        template_pb2.PreviewTemplateRequest(draft=draft, media_ids=[job.media_id]),
        timeout=TIMEOUT_S,
    )
    assert [change.to_suggestion for change in preview.changes] == [BLOCK]
    template(api, "with-tried", block=["tried"])
    request = template_pb2.RemoderateRequest(template="with-tried", media_ids=[job.media_id])
    api.templates.Remoderate(request, timeout=TIMEOUT_S)
    found = latest(api, job.media_id)
    assert (found.verdict.suggestion, list(found.rules.hash_lists)) == (BLOCK, ["tried@2"])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rules": [{"hash_lists": ["nobody"]}]}, "rules[0].hash_lists[0]"),
        ({"rules": [{"hash_lists": ["words"]}]}, "rules[0].hash_lists[0]"),
        ({"allow_hash_lists": ["nobody"], "rules": [{}]}, "allow_hash_lists[0]"),
        ({"rules": [{"medium": "text", "hash_lists": ["known"]}]}, "rules[0].hash_lists"),
        ({"rules": [{"hash_lists": ["known", "known"]}]}, "rules[0].hash_lists"),
        ({"rules": [{"hash_lists": ["known"] * 101}]}, "rules[0].hash_lists"),
        ({"allow_hash_lists": ["known"] * 101, "rules": [{}]}, "allow_hash_lists"),
    ],
)
def test_lists_that_are_none_are_refused(api: Api, change: dict[str, Any], field: str) -> None:
    for library_id, kind in (("known", "HASHES"), ("words", "WORDS")):
        request = pb.CreateLibraryRequest(
            library_id=library_id, kind=pb.LibraryKind.Value(f"LIBRARY_KIND_{kind}")
        )
        if not any(
            one.library_id == library_id
            for one in api.libraries.ListLibraries(pb.ListLibrariesRequest()).libraries
        ):
            api.libraries.CreateLibrary(request, timeout=TIMEOUT_S)
    rules = [{"category": "custom", "medium": "image", "enabled": True} | rule
             for rule in change["rules"]]  # fmt: skip
    moderation = template_pb2.ModerationTemplate(
        rules=[template_pb2.ModerationRule(**rule) for rule in rules],
        allow_hash_lists=change.get("allow_hash_lists", ()),
    )
    draft = template_pb2.TemplateDraft(template_id="wrong", moderation=moderation)
    request = template_pb2.CreateTemplateRequest(template=draft)
    error = refused(lambda: api.templates.CreateTemplate(request, timeout=TIMEOUT_S))
    assert (error.reason, error.fields[0]) == ("FIELD_INVALID", f"template.moderation.{field}")
