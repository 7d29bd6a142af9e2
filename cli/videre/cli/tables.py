"""Tables of the terminal. Texts from outside are shown as they are: never read as markup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from rich import box
from rich.table import Table
from rich.text import Text

from videre.cli.formatting import clock, length, percent, seconds, size, when, word
from videre.exports.statements import correction_words
from videre.v1 import analysis_pb2, engine_pb2, feedback_pb2, job_pb2, media_pb2

if TYPE_CHECKING:
    from videre.cli.batch import Outcome
    from videre.cli.configuration import Configuration
    from videre.cli.diagnosis import Finding
    from videre.cli.feedback_import import Outcome as Imported
    from videre.common.manifest import ModelEntry
    from videre.common.model_cards import ModelCard

_STYLES: Final = {
    "succeeded": "green", "pass": "green", "available": "green",
    "partial": "yellow", "review": "yellow", "not checked": "yellow", "cancelled": "yellow",
    "missing": "yellow", "failed": "red", "block": "red", "service down": "red",
    "equal": "green", "intact": "green", "different": "red", "broken": "red",
    "cannot replay": "yellow", "running": "cyan", "queued": "cyan", "ok": "green",
    "warning": "yellow", "error": "red",
}  # fmt: skip


def colored(text: str) -> Text:
    """Return a state's word in its colour."""
    return Text(text, style=_STYLES.get(text, ""))


def table(*columns: str, numbers: Iterable[str] = (), title: str = "") -> Table:
    """Return an empty table; columns in `numbers` are set to the right."""
    made = Table(
        box=box.SIMPLE_HEAD, title=title or None, title_justify="left", title_style="bold",
        pad_edge=False,
    )  # fmt: skip
    right = set(numbers)
    for name in columns:
        made.add_column(name, justify="right" if name in right else "left", overflow="fold")
    return made


def job_state(job: job_pb2.Job) -> str:
    """Return "running" and the like."""
    return word(job_pb2.JobState, job.state, "JOB_STATE")


def batch_table(outcomes: Sequence[Outcome]) -> Table:
    """Return one row per input of a batch."""
    made = table("Input", "Job", "State", "Advice", "Remark")
    for outcome in outcomes:
        job = outcome.job
        if job is None:
            made.add_row(Text(outcome.item.name), "", colored("failed"), "", Text(outcome.error))
            continue
        made.add_row(
            Text(outcome.item.name),
            job.job_id,
            colored(job_state(job)),
            colored(word(analysis_pb2.Suggestion, job.suggestion, "SUGGESTION")),
            Text(outcome.error or job.error.message),
        )
    return made


def job_table(jobs: Iterable[job_pb2.Job]) -> Table:
    """Return one row per job."""
    made = table("Job", "State", "Done", "Advice", "Media", "Created", numbers=["Done"])
    for job in jobs:
        made.add_row(
            job.job_id,
            colored(job_state(job)),
            percent(job.progress),
            colored(word(analysis_pb2.Suggestion, job.suggestion, "SUGGESTION")),
            job.media_id,
            job.create_time.ToDatetime().strftime("%Y-%m-%d %H:%M:%S"),
        )
    return made


def stage_table(stages: Iterable[analysis_pb2.Stage]) -> Table:
    """Return one row per stage."""
    made = table(
        "Stage", "State", "Units", "Calls", "CPU", "Remark", numbers=["Units", "Calls", "CPU"],
        title="Stages",
    )  # fmt: skip
    for stage in stages:
        made.add_row(
            stage.name,
            colored(word(analysis_pb2.StageState, stage.state, "STAGE_STATE")),
            f"{stage.done}/{stage.total}" if stage.total else "",
            str(stage.model_calls or ""),
            f"{stage.cpu_seconds:.1f} s" if stage.cpu_seconds else "",
            Text(stage.message or stage.reason),
        )
    return made


def media_table(media: Iterable[media_pb2.Media]) -> Table:
    """Return one row per media."""
    made = table("Media", "Title", "Length", "Size", "Revision", "Source",
                 numbers=["Length", "Size", "Revision"])  # fmt: skip
    for item in media:
        known = item.HasField("media_info") and item.media_info.HasField("duration")
        made.add_row(
            item.media_id,
            Text(item.title),
            length(seconds(item.media_info.duration)) if known else "",
            size(item.size_bytes) if item.size_bytes else "",
            str(item.latest_revision or ""),
            Text(item.source),
        )
    return made


def card_table(card: ModelCard, files: Iterable[ModelEntry]) -> Table:
    """Return what is known of an engine's model, a line for each sentence."""
    made = table("", card.name)
    for head, sentences in card.rows():
        for at, sentence in enumerate(sentences):
            made.add_row("" if at else head, Text(sentence))
    for at, file in enumerate(files):
        place = f"{file.name}: {size(file.bytes)}, {file.licence}, {file.origin}"
        made.add_row("" if at else "Files", Text(place))
    return made


def engine_table(engines: Iterable[engine_pb2.Engine]) -> Table:
    """Return one row per engine."""
    made = table("Feature", "Engine", "Version", "Tier", "State", "Licence", "Remark")
    for engine in engines:
        made.add_row(
            engine.feature,
            Text(f"{engine.name}{' *' if engine.is_default else ''}"),
            engine.version,
            word(engine_pb2.EngineTier, engine.tier, "ENGINE_TIER"),
            colored(word(engine_pb2.EngineState, engine.state, "ENGINE_STATE")),
            Text(engine.licence),
            Text(engine.state_message or _brought_by(engine)),
        )
    made.caption = "* is what “auto” picks now"
    made.caption_justify = "left"
    return made


def _brought_by(engine: engine_pb2.Engine) -> str:
    return f"plug-in of {engine.distribution}" if engine.distribution else ""


def estimate_table(answer: job_pb2.EstimateJobResponse) -> Table:
    """Return one row per stage and the sum."""
    made = table("Stage", "CPU", "Output", "Basis", numbers=["CPU", "Output"])
    for stage in answer.stages:
        basis = word(job_pb2.EstimateBasis, stage.basis, "ESTIMATE_BASIS")
        made.add_row(stage.stage, f"{stage.cpu_seconds:.1f} s", size(stage.output_bytes), basis)
    made.add_section()
    made.add_row("in all", f"{answer.cpu_seconds:.1f} s", size(answer.output_bytes), "")
    return made


def finding_table(findings: Iterable[Finding]) -> Table:
    """Return one row per finding of the doctor."""
    made = table("", "Subject", "Found", "Advice")
    for finding in findings:
        made.add_row(
            colored(str(finding.level)), finding.subject, Text(finding.words), Text(finding.advice)
        )
    return made


def event_line(event: job_pb2.JobEvent) -> Text:
    """Return one event as a line."""
    when = event.event_time.ToDatetime().strftime("%H:%M:%S")
    kind = event.WhichOneof("payload")
    line = Text(f"{event.seq:>5}  {when}  ")
    if kind == "state_changed":
        line.append("job ")
        line.append(colored(word(job_pb2.JobState, event.state_changed.state, "JOB_STATE")))
        line.append(f" {event.state_changed.error.message}")
    elif kind == "stage":
        stage = event.stage
        line.append(f"{stage.name} ")
        line.append(colored(word(analysis_pb2.StageState, stage.state, "STAGE_STATE")))
        line.append(f" {stage.done}/{stage.total} {stage.message}" if stage.total else "")
    elif kind == "segment_finished":
        done = event.segment_finished
        start, end = seconds(done.span.start_offset), seconds(done.span.end_offset)
        line.append(f"{clock(start)} – {clock(end)} looked at for {', '.join(done.features)}")
    elif kind == "analysis_published":
        line.append(f"analysis published, revision {event.analysis_published.revision}")
    return line


def setting_table(processes: Mapping[str, Configuration]) -> Table:
    """Return one row per setting and value; a row says for which processes it holds."""
    made = table("Setting", "Value", "From", "Processes")
    holders: dict[tuple[str, str, str], list[str]] = {}
    for process, configuration in processes.items():
        for name, item in configuration.items():
            holders.setdefault((name, _setting(item.value), item.origin), []).append(process)
    order = list(dict.fromkeys(name for name, _, _ in holders))
    for name, value, origin in sorted(holders, key=lambda row: order.index(row[0])):
        held = holders[name, value, origin]
        for_all = len(held) == len(processes)
        where = Text("all" if for_all else ", ".join(held))
        made.add_row(name, Text(value), origin, where)
    return made


def _setting(value: object) -> str:
    return ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)


def feedback_table(found: Iterable[feedback_pb2.Feedback], *, of_one: bool = False) -> Table:
    """Return one row per piece of feedback; all of one media need not name it."""
    made = table("When", "Said", "By", "From", *([] if of_one else ["Media"]))
    for item in found:
        said = item.correction
        made.add_row(
            when(said.span) if said.HasField("span") else "",
            Text(correction_words(said)),
            Text(item.author or item.created_by),
            Text(item.source),
            *([] if of_one else [item.media_id]),
        )
    return made


def import_table(outcomes: Iterable[Imported]) -> Table:
    """Return one row per annotation of an import."""
    made = table("Media", "By", "Corrections", "As sent", "Not understood", "Remark",
                 numbers=["Corrections", "As sent", "Not understood"])  # fmt: skip
    for outcome in outcomes:
        remarks = []
        if outcome.again:
            remarks.append("stored before")
        if not outcome.removals_known:
            remarks.append("what was removed is not known")
        made.add_row(
            outcome.media_id, Text(outcome.author), str(len(outcome.corrections)),
            str(outcome.kept), str(sum(outcome.unread.values()) or ""), "; ".join(remarks),
        )  # fmt: skip
    return made
