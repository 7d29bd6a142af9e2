"""Building a SubmitJobRequest from what a Python caller has at hand."""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias, TypedDict

from videre.client._flow import Context, Flow
from videre.client._rpc import SUBMIT_JOB
from videre.client._upload import Progress, upload
from videre.v1 import job_pb2, production_pb2, types_pb2

PathLike: TypeAlias = str | os.PathLike[str]
#: In front of the id of a media, where it stands among files and URIs.
_MEDIA = "media:"


class JobOptions(TypedDict, total=False):
    """Everything a job may be given besides its input; the words of SubmitJobRequest.

    Absent `features` = all implemented; absent `request_id` = a fresh one, so that a repeated
    call on a broken connection makes one job. `covers` are local pictures, which are uploaded, or
    media as "media:ID". `more_inputs` are further inputs for production
    tasks by name: local files, which are uploaded, URIs, or media as "media:ID".
    """

    request_id: str
    features: Sequence[str]
    production_tasks: Sequence[production_pb2.ProductionTask]
    analysis_template: str
    moderation_template: str
    production_template: str
    title: str
    description: str
    language_hints: Sequence[str]
    comments: Sequence[job_pb2.TimedComment]
    covers: Sequence[PathLike]
    output: job_pb2.OutputSpec
    flow: Sequence[job_pb2.FlowBranch]
    budget: job_pb2.Budget
    priority: int
    pipeline: str
    user_data: str
    tags: Mapping[str, str]
    engine_pins: Sequence[types_pb2.EnginePin]
    analysis: job_pb2.AnalysisOptions
    project_id: str
    validate_only: bool
    skip_analysis: bool
    more_inputs: Mapping[str, PathLike]


def build_request(main: job_pb2.JobInput, options: JobOptions) -> job_pb2.SubmitJobRequest:
    """Return the request for one input; generates a request id where none is given."""
    main.name = main.name or "main"
    return job_pb2.SubmitJobRequest(
        project_id=options.get("project_id", ""),
        request_id=options.get("request_id") or new_request_id(),
        inputs=[main],
        features=options.get("features", ()),
        production_tasks=options.get("production_tasks", ()),
        templates=job_pb2.TemplateSelection(
            analysis=options.get("analysis_template", ""),
            moderation=options.get("moderation_template", ""),
            production=options.get("production_template", ""),
        ),
        context=job_pb2.JobContext(
            title=options.get("title", ""),
            description=options.get("description", ""),
            language_hints=options.get("language_hints", ()),
            comments=options.get("comments", ()),
        ),
        output=options.get("output"),
        flow=options.get("flow", ()),
        budget=options.get("budget"),
        priority=options.get("priority"),
        pipeline_id=options.get("pipeline", ""),
        user_data=options.get("user_data", ""),
        tags=options.get("tags", {}),
        engine_pins=options.get("engine_pins", ()),
        options=options.get("analysis"),
        validate_only=options.get("validate_only", False),
        skip_analysis=options.get("skip_analysis", False),
    )


def new_request_id() -> str:
    """Return an idempotency key that nobody else uses."""
    return uuid.uuid4().hex


def local_path(source: PathLike) -> Path | None:
    """Return the local path that `source` names; None when it is a URI ("https://…")."""
    return None if isinstance(source, str) and "://" in source else Path(source)


def submit_source(
    context: Context,
    source: PathLike | None,
    media_id: str,
    text: str,
    progress: Progress | None,
    options: JobOptions,
) -> Flow[job_pb2.Job]:
    """Upload the source if it is a local file, then submit the job.

    Raises:
        ValueError: not exactly one of `source`, `media_id` and `text` is given.
    """
    if sum(given not in (None, "") for given in (source, media_id, text)) != 1:
        raise ValueError("give exactly one of: a source, media_id, text")
    main = job_pb2.JobInput(name="main")
    if media_id:
        main.media_id = media_id
    elif text:
        main.inline_text = text
    elif source is not None:
        options = {**options, "request_id": options.get("request_id") or new_request_id()}
        own_id, title = options["request_id"], options.get("title", "")
        yield from _fill_input(context, main, source, own_id, title, progress, options)
    request = build_request(main, options)
    for name, further in options.get("more_inputs", {}).items():
        item = request.inputs.add(name=name)
        own_id = f"{request.request_id[:48]}.{len(request.inputs)}"
        yield from _fill_input(context, item, further, own_id, "", progress, options)
    for place, cover in enumerate(options.get("covers", ())):
        item = request.context.covers.add()
        own_id = f"{request.request_id[:48]}.cover{place}"
        yield from _fill_input(context, item, cover, own_id, "", progress, options)
    answer = yield from submit_request(context, request)
    return answer.job


def _fill_input(
    context: Context,
    item: job_pb2.JobInput,
    source: PathLike,
    request_id: str,
    title: str,
    progress: Progress | None,
    options: JobOptions,
) -> Flow[None]:
    """Name a source in an input; a local file is uploaded first."""
    if str(source).startswith(_MEDIA):
        item.media_id = str(source).removeprefix(_MEDIA)
        return
    path = local_path(source)
    if path is None:
        item.uri = str(source)
        return
    done = yield from upload(
        context, path, request_id=request_id, progress=progress, title=title,
        project_id=options.get("project_id", ""),
    )  # fmt: skip
    item.upload_id = done.upload_id


def submit_request(
    context: Context, request: job_pb2.SubmitJobRequest
) -> Flow[job_pb2.SubmitJobResponse]:
    """Submit a request as it stands; one without a request id is given one."""
    if not request.request_id:
        request = job_pb2.SubmitJobRequest.FromString(request.SerializeToString())
        request.request_id = new_request_id()
    return (yield from context.call(SUBMIT_JOB, request))
