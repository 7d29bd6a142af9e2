"""What people are asked about a verdict, before it is published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from videre.orchestrator.document import Verdict
from videre.orchestrator.review.model import Finding
from videre.orchestrator.review.opening import due_ns, findings_of, opens, severity_of
from videre.orchestrator.steps.picture_hashes import picture_hash
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.store.review_records import NewReview

#: Pictures of one review whose hashes are kept: 200 take a second.
_MOST_HASHED: Final = 200


def asked(run: Runtime, project_id: str, verdict: Verdict | None) -> NewReview | None:
    """Return the review that a verdict opens; None where nobody is asked.

    Raises:
        VidereError: TEMPLATE_NOT_FOUND, the verdict's template is gone.
    """
    if verdict is None or not opens(verdict, policy := run.templates.review_policy(
        project_id, verdict.template
    )):  # fmt: skip
        return None
    findings = findings_of(verdict)
    severity = severity_of(verdict, findings)
    now = run.clock.now_ns()
    return NewReview(
        id=run.ids.new(),
        template=verdict.template,
        suggestion=str(verdict.suggestion),
        severity=severity,
        due_ns=due_ns(severity, policy, run.settings.review_due_ns, now),
        categories=[
            category
            for category in dict.fromkeys(group.category for group in verdict.groups)
            if any(one.category == category for one in findings)
        ],
        findings=findings,
        hashes=_hashes(run, project_id, findings),
    )


def _hashes(run: Runtime, project_id: str, findings: Sequence[Finding]) -> dict[str, str]:
    """Return the perceptual hashes of the pictures of the worst findings."""
    shown = list(dict.fromkeys(one.picture for one in findings if one.picture))
    return {
        digest: picture_hash(run.artifacts.read(project_id, digest))
        for digest in shown[:_MOST_HASHED]
    }
