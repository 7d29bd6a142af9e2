"""Templates, their rules and what differs, as tables of the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from videre.cli.formatting import word
from videre.cli.tables import colored, table
from videre.v1 import analysis_pb2, template_pb2, types_pb2


def template_table(templates: Iterable[template_pb2.Template]) -> Table:
    """Return one row per template."""
    made = table("Template", "Number", "Version", "Kind", "State", "Description")
    for template in templates:
        made.add_row(
            template.template_id,
            str(template.number or ""),
            str(template.version),
            template.WhichOneof("parameters") or "",
            _state(template),
            Text(template.description),
        )
    return made


def render_template(template: template_pb2.Template) -> Iterator[RenderableType]:
    """Yield a template and its parameters."""
    number = f", number {template.number}" if template.number else ""
    state = f", {_state(template)}" if _state(template) else ""
    yield Text(f"{template.template_id}@{template.version}{number}{state}, etag {template.etag}")
    if template.description:
        yield Text(template.description)
    match template.WhichOneof("parameters"):
        case "moderation":
            yield from _moderation(template.moderation)
        case "analysis":
            given = template.analysis
            yield Text(f"features: {', '.join(given.features) or 'all'}")
            yield from _looking(given)
            if given.HasField("min_label_confidence"):
                yield Text(f"labels from {given.min_label_confidence:g} on")
        case "production":
            for task in template.production.tasks:
                function = task.WhichOneof("function")
                yield Text(f"{task.name or function}: {function}")


def change_table(answer: template_pb2.DiffTemplatesResponse) -> RenderableType:
    """Return one row per value that differs."""
    if not answer.changes:
        return Text(f"{answer.from_template} and {answer.to_template} say the same")
    made = table("Where", answer.from_template, answer.to_template)
    for change in answer.changes:
        made.add_row(Text(change.path), Text(change.from_value), Text(change.to_value))
    return made


def _state(template: template_pb2.Template) -> str:
    states = {
        "preset": template.preset,
        "default": template.is_default,
        "deleted": template.HasField("delete_time"),
    }
    return ", ".join(state for state, holds in states.items() if holds)


def _moderation(given: template_pb2.ModerationTemplate) -> Iterator[RenderableType]:
    policy = word(template_pb2.UncheckedPolicy, given.unchecked, "UNCHECKED_POLICY")
    yield Text(f"unchecked: {policy}")
    yield from _looking(given)
    if given.required_labels:
        yield Text(f"must be looked for: {', '.join(given.required_labels)}")
    made = table("Rule", "Review", "Block", "Labels", "Word lists", numbers=["Review", "Block"])
    for rule in given.rules:
        block = str(rule.block_threshold) if rule.HasField("block_threshold") else "never"
        made.add_row(
            Text(_called(rule) + ("" if rule.enabled else " (off)")),
            str(rule.review_threshold) if rule.HasField("review_threshold") else "never",
            f"{block} with a second" if rule.block_needs_second_medium else block,
            Text(", ".join(rule.labels) or "all"),
            Text(", ".join(rule.word_lists)),
        )
    yield made


def _called(rule: template_pb2.ModerationRule) -> str:
    """Return a rule's id, and its English or first name where it has one."""
    names = {name.language_code: name.name for name in rule.names}
    name = names.get("en") or next(iter(names.values()), "")
    return f"{rule.rule_id} {name}" if name else rule.rule_id


def _looking(
    given: template_pb2.ModerationTemplate | template_pb2.AnalysisTemplate,
) -> Iterator[RenderableType]:
    if given.HasField("sample_interval"):
        yield Text(f"a look at least every {given.sample_interval.ToNanoseconds() / 1e9:g} s")
    for pin in given.engine_pins:
        yield Text(f"{pin.feature}: {_engine(pin)}")


def _engine(pin: types_pb2.EnginePin) -> str:
    return f"{pin.engine}@{pin.version}" if pin.version else pin.engine


def render_judged(
    answer: template_pb2.PreviewTemplateResponse | template_pb2.RemoderateResponse,
) -> Iterator[RenderableType]:
    """Yield what a template says of media that were judged before."""
    looked_at = sum(one.count for one in answer.counts)
    yield Text(f"{answer.template} on {looked_at:,} media")
    counts = table("Before", "By the template", "Media", numbers=["Media"])
    for one in answer.counts:
        before, after = _advice(one.from_suggestion), _advice(one.to_suggestion)
        counts.add_row(colored(before), colored(after), f"{one.count:,}")
    yield counts
    if answer.changes:
        yield _changed_table(answer.changes)
    for miss in answer.not_judged:
        yield Text(f"not judged: {miss.media_id} ({miss.reason}) {miss.message}")


def _changed_table(changes: Iterable[template_pb2.VerdictChange]) -> Table:
    made = table("Media", "Revision", "Before", "By the template", "Rule", "Why")
    for change in changes:
        before, after = _advice(change.from_suggestion), _advice(change.to_suggestion)
        told = f"{before} ({change.from_template})"
        made.add_row(change.media_id, str(change.revision), told, colored(after), "", "")
        for group in change.groups:
            before, after = _advice(group.from_suggestion), _advice(group.to_suggestion)
            found = f"{group.label} {group.confidence:.0%}".strip() if group.confidence else ""
            if group.HasField("span"):
                found += f" at {group.span.start_offset.ToNanoseconds() / 1e9:.3f} s"
            place = group.rule_id or f"{group.category}.{group.medium}"
            made.add_row("", "", before, colored(after), place, Text(group.reason or found))
    return made


def _advice(suggestion: analysis_pb2.Suggestion.ValueType) -> str:
    return word(analysis_pb2.Suggestion, suggestion, "SUGGESTION")
