"""Why a verdict says what it says, as a tree of the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rich.text import Text
from rich.tree import Tree

from videre.cli.formatting import percent, when, word
from videre.cli.tables import colored
from videre.v1 import analysis_pb2, moderation_pb2, template_pb2, types_pb2

#: Hex digits of a digest that a line has room for; `--json` has all.
_DIGEST: Final = 16
#: Characters of a text that a line has room for.
_TEXT: Final = 80
_OUTCOMES: Final = {
    moderation_pb2.RULE_OUTCOME_HIT: "reaches a threshold",
    moderation_pb2.RULE_OUTCOME_BELOW_THRESHOLD: "detected, below the thresholds",
    moderation_pb2.RULE_OUTCOME_NOT_DETECTED: "scores, none of them a detection",
    moderation_pb2.RULE_OUTCOME_NOTHING_FOUND: "looked at, nothing found",
    moderation_pb2.RULE_OUTCOME_NOT_CHECKED: "nobody looked",
    moderation_pb2.RULE_OUTCOME_FAILED: "looking failed",
    moderation_pb2.RULE_OUTCOME_NO_TRACK: "no such track",
    moderation_pb2.RULE_OUTCOME_OFF: "off",
    moderation_pb2.RULE_OUTCOME_UNKNOWN: "below the thresholds",
    moderation_pb2.RULE_OUTCOME_ALLOWED: "allowed as a whole",
}
#: Outcomes of which the rule's numbers say nothing.
_SILENT: Final = frozenset({moderation_pb2.RULE_OUTCOME_OFF, moderation_pb2.RULE_OUTCOME_NO_TRACK})


def explanation_tree(answer: moderation_pb2.ExplainVerdictResponse) -> Tree:
    """Return verdict → category → medium → rule → segment → evidence."""
    judged = answer.judged
    head = Text()
    head.append(colored(_advice(answer.suggestion)))
    head.append(f"  media {judged.media_id}, revision {judged.revision}, by {judged.template}")
    tree = Tree(head)
    tree.add(Text(f"bytes {_short(judged.media_digest)}, result {_short(judged.result_digest)}"))
    tree.add(Text(f"moderation rules {judged.rules.moderation}, job {judged.job_id}"))
    if not answer.coverage_complete:
        tree.add(Text("not everything enabled was looked at", style="yellow"))
    if answer.HasField("scores_missing"):
        why = answer.scores_missing
        tree.add(Text(f"scores below the thresholds are not known: {why.message}", style="yellow"))
    for hit in answer.allowed:
        tree.add(Text(f"allowed: {_known(hit)}"))
    for category in dict.fromkeys(group.category for group in answer.groups):
        branch = tree.add(Text(category, style="bold"))
        for group in answer.groups:
            if group.category == category:
                _add_group(branch, group)
    return tree


def _add_group(branch: Tree, group: moderation_pb2.GroupExplanation) -> None:
    line = Text(f"{group.medium}  ")
    line.append(colored(_advice(group.suggestion) or "off"))
    why = _OUTCOMES.get(group.outcome, "")
    line.append(f"  {why}{f' ({group.reason})' if group.reason else ''}", style="dim")
    node = branch.add(line)
    if group.outcome in _SILENT:
        return
    if group.HasField("rule"):
        node.add(Text(_rule(group.rule)))
    for segment in group.segments:
        _add_segment(node, segment)
    left = group.segment_count - len(group.segments)
    if group.segments and left > 0:
        node.add(Text(f"… and {left} more segments", style="dim"))
    for label in _shown(group.labels):
        node.add(_label(label))


def _rule(rule: template_pb2.ModerationRule) -> str:
    block = f"{rule.block_threshold} %" if rule.HasField("block_threshold") else "never"
    review = f"{rule.review_threshold} %" if rule.HasField("review_threshold") else "never"
    second = " with a second medium" if rule.block_needs_second_medium else ""
    lists = f"; lists {', '.join(rule.word_lists)}" if rule.word_lists else ""
    return f"rule {rule.rule_id}: review {review}, block {block}{second}{lists}"


def _add_segment(node: Tree, item: moderation_pb2.SegmentExplanation) -> None:
    segment = item.segment
    line = Text(f"segment {item.index}  {when(segment.span)}  {segment.label} ")
    line.append(f"{percent(segment.confidence)} >= {percent(segment.threshold)} ")
    line.append(colored(_advice(segment.suggestion)))
    line.append(f"  {segment.rule_id}")
    if item.block_withheld:
        line.append("  no block: no second medium agrees", style="dim")
    branch = node.add(line)
    for hit in segment.word_hits:
        branch.add(Text(_hit(hit)))
    for known in segment.hash_hits:
        branch.add(Text(_known(known)))
    if segment.picture_digest:
        blurred = f"blurred {_short(segment.blurred_picture_digest)}, "
        branch.add(Text(f"picture {blurred}unblurred {_short(segment.picture_digest)}"))
    for detail in item.evidence:
        _add_detail(branch, detail)


def _hit(hit: analysis_pb2.WordHit) -> str:
    folds = f" by {', '.join(hit.folds)}" if hit.folds else ""
    place = f"characters {hit.start}–{hit.end}"
    said = f", {when(hit.span)}" if hit.HasField("span") else ""
    return f"“{hit.text}” is {hit.entry} of {hit.list}{folds}, weight {hit.weight}, {place}{said}"


def _known(hit: analysis_pb2.HashHit) -> str:
    entry = f"{hit.entry_id} of {hit.library}"
    if hit.exact:
        return f"the bytes are {entry}"
    return f"frame {hit.frame} is {entry}: {hit.distance} bits differ, at most {hit.max_distance}"


def _add_detail(branch: Tree, detail: moderation_pb2.EvidenceDetail) -> None:
    ref = detail.ref
    what = detail.class_name or detail.feature or ref.modality
    line = Text(f"{ref.evidence_id}  {ref.engine}  {what} raw {ref.raw_confidence:.4f}")
    if detail.HasField("detection_threshold"):
        line.append(
            f", {detail.confidence:.4f} compared, detected from {detail.detection_threshold:.4f} on"
        )
    line.append(f"  {_place(ref.span)}")
    if detail.gone:
        line.append("  the record is not kept any more", style="yellow")
    node = branch.add(line)
    if detail.taken_from:
        node.add(Text(f"found in a copy, {_source(detail.taken_from)}", style="dim"))
    if detail.model_digests:
        models = ", ".join(map(_short, detail.model_digests))
        node.add(Text(f"model {models}", style="dim"))
    if detail.text:
        cut = "…" if len(detail.text) > _TEXT else ""
        node.add(Text(f"“{detail.text[:_TEXT]}{cut}”"))


def _source(digest: str) -> str:
    return "which is erased" if digest == "erased" else f"media of the bytes {_short(digest)}"


def _place(span: types_pb2.TimeSpan) -> str:
    """Return when something was seen: with frame and timecode where there is a picture."""
    if not span.HasField("start_frame"):
        return when(span)
    return f"{when(span)}  frame {span.start_frame}  {span.start_timecode}"


def _shown(
    labels: Sequence[moderation_pb2.LabelExplanation],
) -> Iterable[moderation_pb2.LabelExplanation]:
    """Leave out what says nothing: a list of words that was compared and had no hit."""
    return (label for label in labels if label.coverage.label or label.HasField("highest"))


def _label(label: moderation_pb2.LabelExplanation) -> Text:
    coverage = label.coverage
    state = word(analysis_pb2.CoverageState, coverage.state, "COVERAGE_STATE")
    line = Text(f"{coverage.label}: " if coverage.label else "surest word: ")
    if coverage.label:
        line.append(colored(state))
        line.append(f" ({coverage.reason})" if coverage.reason else "")
    if label.HasField("highest"):
        best = label.highest
        line.append(f"{', ' if coverage.label else ''}highest {percent(best.confidence)}")
        what = best.class_name or ", ".join(f"“{hit.text}”" for hit in best.word_hits[:3])
        line.append(f" {what} at {_place(best.ref.span)}")
        if best.confidence < best.detection_threshold:
            line.append(f", no detection below {percent(best.detection_threshold)}")
    elif coverage.state == analysis_pb2.COVERAGE_STATE_CHECKED:
        line.append(", no score at all")
    for source in label.sources:
        line.append(f"  {source.engine or source.feature}", style="dim")
    return line


def _advice(suggestion: analysis_pb2.Suggestion.ValueType) -> str:
    return word(analysis_pb2.Suggestion, suggestion, "SUGGESTION")


def _short(digest: str) -> str:
    return digest[:_DIGEST] or "none"
