"""An analysis on the terminal: compact, readable, the same facts as the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.text import Text

from videre.cli.formatting import clock, media_facts, percent, span_seconds, when, word
from videre.cli.report import lists, structure, tracks, words
from videre.cli.report.codes import code_rows
from videre.cli.report.events import event_rows, unevaluated
from videre.cli.report.feedback import feedback_rows
from videre.cli.report.library_matches import library_rows
from videre.cli.report.mood import film_mood, mood_rows
from videre.cli.report.quality import quality_rows
from videre.cli.report.verdict import Group as VerdictGroup
from videre.cli.report.verdict import VerdictView, suggestion_word, verdict_view
from videre.cli.tables import colored, job_state, stage_table, table
from videre.v1 import analysis_pb2, job_pb2

_BAR: Final = 16
_MAX_LABELS: Final = 40
_MAX_LINES: Final = 30
_MAX_GIVEN: Final = 30
_MAX_ENTRIES: Final = 200


def print_job(console: Console, job: job_pb2.Job, analysis: analysis_pb2.Analysis | None) -> None:
    """Print a job's state and what is known of its media."""
    head = Text(f"{job.job_id} ", style="bold")
    head.append(colored(job_state(job)))
    head.append(f"  {percent(job.progress)}")
    console.print(head)
    if job.HasField("error"):
        console.print(Text(f"{job.error.reason}: {job.error.message}", style="red"))
    if analysis is None or not analysis.media_id:
        console.print(stage_table(job.stages))
        return
    console.print(*render_analysis(analysis, job.stages), sep="\n")


def render_analysis(
    analysis: analysis_pb2.Analysis, stages: Sequence[analysis_pb2.Stage] = ()
) -> Iterable[RenderableType]:
    """Yield the parts of an analysis that have something to show.

    Args:
        stages: those of the job, which also tell the work done; none = the analysis's own.
    """
    yield Text(" · ".join(media_facts(analysis.media_info)), style="dim")
    if analysis.HasField("verdict"):
        yield _verdict(verdict_view(analysis.verdict, max_hits=3))
    if analysis.HasField("review"):
        yield _people_say(analysis.review)
    if analysis.labels:
        yield _labels(analysis)
    if analysis.timeline:
        yield _timeline(analysis)
    if analysis.events or (unevaluated(analysis) and not analysis.timeline):
        yield _events(analysis)
    if film_mood(analysis):
        yield _moods(analysis)
    if analysis.topics:
        yield _topics(analysis)
    if analysis.entities:
        yield _entities(analysis)
    if analysis.keywords:
        yield _keywords(analysis)
    if analysis.library_matches:
        yield _library(analysis)
    if analysis.scenes:
        yield _scenes(analysis)
    if analysis.shots:
        yield _shots(analysis)
    if analysis.frame_conditions:
        yield _conditions(analysis)
    if analysis.quality:
        yield _quality(analysis)
    if analysis.people:
        yield _people(analysis)
    if any(track.seen_count > 1 for track in analysis.tracks):
        yield _tracks(analysis)
    if analysis.utterances:
        yield _transcript(analysis)
    if analysis.text_lines:
        yield _texts(analysis)
    if analysis.codes:
        yield _codes(analysis)
    if analysis.sound_events:
        yield _sounds(analysis)
    if analysis.feedback:
        yield _feedback(analysis)
    if facts := lists.sound_facts(analysis):
        yield Text("  ".join(f"{name} {value}" for name, value in facts))
    yield Text()
    yield stage_table(stages or analysis.stages)


def _verdict(verdict: VerdictView) -> RenderableType:
    head = Text("\nVerdict  ", style="bold")
    head.append(colored(verdict.suggestion))
    head.append(f"  {verdict.advice}", style="not bold")
    if not verdict.coverage_complete:
        head.append("  Not everything enabled was looked at.", style="not bold yellow")
    rows = table("", *verdict.media)
    for row in verdict.rows:
        rows.add_row(row.category, *(_cell(cell) for cell in row.cells))
    parts: list[RenderableType] = [head, rows]
    if not verdict.coverage_complete:
        missing = Text("Not looked at: ", style="dim")
        missing.append("; ".join(_missing(group) for group in verdict.groups if group.unchecked))
        parts.append(missing)
    return Group(*parts, *_given(verdict))


def _people_say(review: analysis_pb2.VerdictReview) -> RenderableType:
    """Return what people say of the verdict."""
    line = Text("People   ", style="bold")
    if not review.suggestion:
        state = word(analysis_pb2.ReviewState, review.state, "REVIEW_STATE")
        return line.append(f"not decided; review {review.review_id} is {state}", style="not bold")
    line.append(colored(suggestion_word(review.suggestion)))
    return line.append(f"  says {review.reviewer}, review {review.review_id}", style="not bold")


def _given(verdict: VerdictView) -> Iterable[RenderableType]:
    """Yield what was given with the media: how much of it, and what of it does not pass."""
    if verdict.given_kinds:
        told = [
            f"{kind.name} {kind.count}" + (f" ({kind.unchecked})" if kind.unchecked else "")
            for kind in verdict.given_kinds
        ]
        yield Text(f"Given with the media: {', '.join(told)}", style="dim")
    if not verdict.given:
        return
    rows = table("Given", "Advice", "Category", "Found", "Rule")
    for one in verdict.given[:_MAX_GIVEN]:
        for group in one.groups:
            for hit in group.hits:
                found = Text("; ".join(hit.words) or f"{hit.what} {hit.confidence}")
                rows.add_row(one.name, colored(hit.suggestion), group.name, found, hit.rule)
    yield rows
    if len(verdict.given) > _MAX_GIVEN:
        yield Text(f"… and {len(verdict.given) - _MAX_GIVEN} more", style="dim")


def _cell(group: VerdictGroup | None) -> Text:
    if group is None or group.absent:
        return Text("–" if group is None else "–\nnot in this media", style="dim")
    cell = Text()
    cell.append(colored(group.suggestion))
    cell.append(f" {group.confidence}" if group.confidence else "")
    cell.append(f"\n{group.why}" if group.why else "", style="dim")
    return cell


def _missing(group: VerdictGroup) -> str:
    return f"{group.name}/{group.medium}: {', '.join(dict.fromkeys(group.unchecked))}"


def _labels(analysis: analysis_pb2.Analysis) -> RenderableType:
    rows = table("Label", "Confidence", "Share", "Seen by", numbers=["Share"], title="Labels")
    flat = list(_flattened(lists.label_tree(analysis.labels, 1.0), 0))
    for depth, node in flat[:_MAX_LABELS]:
        filled = round(node.confidence / 100 * _BAR)
        bar = Text("━" * filled, style="blue")
        bar.append("┄" * (_BAR - filled), style="dim")
        bar.append(f" {node.percent}", style="default")
        rows.add_row(Text("  " * depth + node.name), bar, node.share, ", ".join(node.modalities))
    return _with_rest(rows, len(flat) - _MAX_LABELS)


def _flattened(
    nodes: Iterable[lists.LabelNode], depth: int
) -> Iterable[tuple[int, lists.LabelNode]]:
    for node in nodes:
        yield depth, node
        yield from _flattened(node.children, depth + 1)


def _timeline(analysis: analysis_pb2.Analysis) -> RenderableType:
    rows = table("Time", "What", "Name", "Detail", "Confidence", numbers=["Confidence"],
                 title="Timeline")  # fmt: skip
    for entry in analysis.timeline[:_MAX_ENTRIES]:
        rows.add_row(
            when(entry.span), entry.kind, Text(entry.name), entry.detail,
            percent(entry.confidence),
        )  # fmt: skip
    return _with_rest(rows, len(analysis.timeline) - _MAX_ENTRIES)


def _events(analysis: analysis_pb2.Analysis) -> RenderableType:
    shown = event_rows(analysis, _MAX_LINES)
    rows = table("Time", "Event", "Confidence", "Seen by", numbers=["Confidence"], title="Events")
    for row in shown.rows:
        rows.add_row(row.when, Text(row.name), row.confidence, Text(", ".join(row.modalities)))
    parts = [_with_rest(rows, shown.left_out)] if shown.rows else []
    if unknown := unevaluated(analysis):
        parts.append(Text(f"\nEvents not evaluated: {'; '.join(unknown)}", style="dim"))
    return Group(*parts)


def _moods(analysis: analysis_pb2.Analysis) -> RenderableType:
    whole = Text(f"Mood of the whole: {film_mood(analysis)}\n", style="dim")
    if not analysis.moods:
        return whole
    shown = mood_rows(analysis, _MAX_LINES)
    rows = table("Time", "Mood", "Valence", "Arousal", "Because of", "Confidence",
                 numbers=["Valence", "Arousal", "Confidence"], title="Mood")  # fmt: skip
    for row in shown.rows:
        rows.add_row(row.when, row.mood, row.valence, row.arousal, row.because, row.confidence)
    return Group(_with_rest(rows, shown.left_out), whole)


def _topics(analysis: analysis_pb2.Analysis) -> RenderableType:
    rows = table("Topic", "Confidence", "Because of", "From", numbers=["Confidence"],
                 title="Topics")  # fmt: skip
    for row in words.topic_rows(analysis):
        rows.add_row(row.name, row.confidence, Text(row.because), row.modalities)
    return rows


def _entities(analysis: analysis_pb2.Analysis) -> RenderableType:
    shown = words.entity_rows(analysis, _MAX_LINES)
    rows = table("Name", "Kind", "Where", "Confidence", "Mentions", "Time", "From",
                 numbers=["Confidence", "Mentions"], title="Names")  # fmt: skip
    for row in shown.rows:
        rows.add_row(Text(row.name), row.kind, Text(row.where), row.confidence,
                     str(row.mentions), row.when, row.modalities)  # fmt: skip
    return _with_rest(rows, shown.left_out)


def _keywords(analysis: analysis_pb2.Analysis) -> RenderableType:
    shown = words.keyword_rows(analysis, _MAX_LINES)
    rows = table("Keyword", "Language", "Confidence", "Mentions", "Time", "From",
                 numbers=["Confidence", "Mentions"], title="Keywords")  # fmt: skip
    for row in shown.rows:
        rows.add_row(Text(row.text), row.language, row.confidence, str(row.mentions), row.when,
                     row.modalities)  # fmt: skip
    return _with_rest(rows, shown.left_out)


def _library(analysis: analysis_pb2.Analysis) -> RenderableType:
    shown = library_rows(analysis, _MAX_LINES)
    rows = table("Entry", "Library", "By", "Written", "Confidence", "Time", "From",
                 numbers=["Confidence"], title="Own libraries")  # fmt: skip
    for row in shown.rows:
        rows.add_row(Text(row.name), row.library, row.kind, Text(row.texts), row.confidence,
                     row.when, row.modalities)  # fmt: skip
    return _with_rest(rows, shown.left_out)


def _shots(analysis: analysis_pb2.Analysis) -> RenderableType:
    shown = lists.shot_cards(analysis, _MAX_LINES)
    rows = table("Shot", "Time", "Timecode", "Length", "Seen", numbers=["Shot", "Length"],
                 title="Shots")  # fmt: skip
    for shot in shown.rows:
        rows.add_row(
            str(shot.number), shot.when, shot.timecode, shot.long, Text(", ".join(shot.seen))
        )
    return _with_rest(rows, shown.left_out)


def _scenes(analysis: analysis_pb2.Analysis) -> RenderableType:
    shown = structure.scene_rows(analysis, _MAX_LINES)
    rows = table("", "Time", "Length", "Shots", "Title", "Title from", "Confidence",
                 numbers=["Length", "Confidence"], title="Scenes and chapters")  # fmt: skip
    for row in shown.rows:
        rows.add_row(
            f"{row.kind} {row.number}", row.when, row.long, row.shots, Text(row.title or "–"),
            row.source, row.confidence,
        )  # fmt: skip
    return _with_rest(rows, shown.left_out)


def _people(analysis: analysis_pb2.Analysis) -> RenderableType:
    shown = lists.person_cards(analysis, 1.0, _MAX_LINES)
    rows = table("Person", "Id", "Share", "Seen", "Shot sizes", "Speech while alone",
                 "Seems to express (weak)", title="People",
                 numbers=["Share", "Speech while alone"])  # fmt: skip
    for person in shown.rows:
        rows.add_row(
            Text(person.name), person.person_id, person.share, person.seen, person.sizes,
            person.speech or "–", person.emotions or "–",
        )  # fmt: skip
    return _with_rest(rows, shown.left_out)


def _tracks(analysis: analysis_pb2.Analysis) -> RenderableType:
    shown = tracks.track_rows(analysis, _MAX_LINES)
    rows = table("Object", "Time", "Shot", "Length", "Frames", "The same", "Confidence",
                 numbers=["Shot", "Length", "Frames", "The same", "Confidence"],
                 title="Followed objects")  # fmt: skip
    for row in shown.rows:
        rows.add_row(Text(row.name), row.when, str(row.shot), row.long, row.frames, row.same,
                     row.confidence)  # fmt: skip
    once = Text(f"{tracks.seen_once(analysis)} more in one sampled frame only", style="dim")
    return Group(_with_rest(rows, shown.left_out), once)


def _conditions(analysis: analysis_pb2.Analysis) -> RenderableType:
    shown = structure.condition_rows(analysis, _MAX_LINES)
    rows = table("Time", "Length", "Picture", "Confidence", numbers=["Length", "Confidence"],
                 title="Special pictures")  # fmt: skip
    for row in shown.rows:
        rows.add_row(row.when, row.long, row.kind, row.confidence)
    return _with_rest(rows, shown.left_out)


def _quality(analysis: analysis_pb2.Analysis) -> RenderableType:
    shown = quality_rows(analysis, _MAX_LINES)
    rows = table("Time", "Timecode", "Length", "Fault", "Severity", "Measured",
                 numbers=["Length", "Severity"], title="Quality")  # fmt: skip
    for row in shown.rows:
        rows.add_row(row.when, row.timecode, row.long, row.kind, row.severity, row.measure)
    return _with_rest(rows, shown.left_out)


def _transcript(analysis: analysis_pb2.Analysis) -> RenderableType:
    shown = lists.transcript(analysis, _MAX_LINES)
    rows = table("Time", "Said", "", title="Transcript")
    for line in shown.rows:
        rows.add_row(line.when, Text(line.text or "–"), Text(line.mark, style="yellow"))
    return _with_rest(rows, shown.left_out)


def _texts(analysis: analysis_pb2.Analysis) -> RenderableType:
    shown = lists.text_rows(analysis, _MAX_LINES)
    rows = table("Time", "Text", "Kind", "Language", "Confidence", numbers=["Confidence"],
                 title=lists.text_heading(analysis))  # fmt: skip
    for row in shown.rows:
        rows.add_row(row.when, Text(row.text), row.kind, row.language, row.confidence)
    return _with_rest(rows, shown.left_out)


def _codes(analysis: analysis_pb2.Analysis) -> RenderableType:
    shown = code_rows(analysis, _MAX_LINES)
    rows = table("Time", "Code", "Says", "Bytes", "Seen", "Confidence",
                 numbers=["Bytes", "Seen", "Confidence"], title="Codes")  # fmt: skip
    for row in shown.rows:
        rows.add_row(row.when, row.symbology, Text(row.text), str(row.size), f"{row.sightings} ×",
                     row.confidence)  # fmt: skip
    return _with_rest(rows, shown.left_out)


def _sounds(analysis: analysis_pb2.Analysis) -> RenderableType:
    rows = table("Time", "Sound", "Confidence", numbers=["Confidence"], title="Sounds")
    for event in analysis.sound_events[:_MAX_LINES]:
        start, end = span_seconds(event.span)
        when = f"{clock(start)} – {clock(end)}"
        rows.add_row(when, Text(event.class_name), percent(event.confidence))
    return _with_rest(rows, len(analysis.sound_events) - _MAX_LINES)


def _feedback(analysis: analysis_pb2.Analysis) -> RenderableType:
    shown = feedback_rows(analysis, _MAX_LINES)
    rows = table("Time", "Said", "By", "From", title="Feedback")
    for row in shown.rows:
        rows.add_row(row.time, Text(row.said), Text(row.by), Text(row.source))
    return _with_rest(rows, shown.left_out)


def _with_rest(rows: RenderableType, left_out: int) -> RenderableType:
    return Group(rows, Text(f"… and {left_out} more", style="dim")) if left_out > 0 else rows
