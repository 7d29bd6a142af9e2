"""A job's request with what its templates say filled in: what is stored, planned and worked on.

What the job says itself goes before its templates. The stored request names exact versions, so
that nothing that becomes of a template later alters an accepted job.
"""

from __future__ import annotations

from collections.abc import Iterable

from videre.orchestrator.api.request import duration_ns, task_name
from videre.orchestrator.store.templates import TemplateRecord
from videre.orchestrator.templates.catalog import Chosen, full_name
from videre.orchestrator.templates.documents import draft_of
from videre.v1 import job_pb2, template_pb2, types_pb2


def filled_in(request: job_pb2.SubmitJobRequest, chosen: Chosen) -> job_pb2.SubmitJobRequest:
    """Return a request that needs no template to be looked up, but the one of moderation."""
    made = job_pb2.SubmitJobRequest()
    made.CopyFrom(request)
    if not request.skip_analysis:
        _fill_analysis(made, chosen)
    if chosen.production is not None:
        made.templates.production = full_name(chosen.production)
        own = {task_name(task) for task in request.production_tasks}
        tasks = _draft(chosen.production).production.tasks
        del made.production_tasks[:]
        made.production_tasks.extend(task for task in tasks if task_name(task) not in own)
        made.production_tasks.extend(request.production_tasks)
    return made


def _fill_analysis(made: job_pb2.SubmitJobRequest, chosen: Chosen) -> None:
    analysis = _draft(chosen.analysis).analysis
    moderation = _draft(chosen.moderation).moderation
    made.templates.analysis = full_name(chosen.analysis)
    made.templates.moderation = full_name(chosen.moderation)
    if not made.features:
        made.features.extend(analysis.features)
    pins = _first_pins([*made.engine_pins, *analysis.engine_pins, *moderation.engine_pins])
    del made.engine_pins[:]
    made.engine_pins.extend(pins)
    _fill_options(made.options, analysis, moderation)


def _draft(record: TemplateRecord) -> template_pb2.TemplateDraft:
    return draft_of(record.template_id, record.document)


def _first_pins(pins: Iterable[types_pb2.EnginePin]) -> list[types_pb2.EnginePin]:
    """Return the first pin of each feature."""
    first: dict[str, types_pb2.EnginePin] = {}
    for pin in pins:
        first.setdefault(pin.feature, pin)
    return list(first.values())


def _fill_options(
    options: job_pb2.AnalysisOptions,
    analysis: template_pb2.AnalysisTemplate,
    moderation: template_pb2.ModerationTemplate,
) -> None:
    """Fill in what the job leaves open; of two intervals the shorter serves both."""
    intervals = [
        template.sample_interval
        for template in (analysis, moderation)
        if template.HasField("sample_interval")
    ]
    if intervals and not options.HasField("sample_interval"):
        options.sample_interval.CopyFrom(min(intervals, key=duration_ns))
    if analysis.HasField("min_label_confidence") and not options.HasField("min_label_confidence"):
        options.min_label_confidence = analysis.min_label_confidence
