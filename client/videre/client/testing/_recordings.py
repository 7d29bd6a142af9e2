"""Recorded jobs: what a real server has answered, to be answered again."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from google.protobuf.json_format import Parse, ParseError

from videre.v1 import analysis_pb2, job_pb2

_PACKAGED: Final = "sample.json.gz"
_SUFFIXES: Final = (".json.gz", ".json")


@dataclass(frozen=True, slots=True)
class Recording:
    """A job that has ended, with what was found.

    Args:
        name: by which jobs ask for it.
        job: the job as it ended; its stages are told one by one.
        analysis: what was found.
    """

    name: str
    job: job_pb2.Job
    analysis: analysis_pb2.Analysis


def read_recording(path: Path) -> Recording:
    """Read what `videre query JOB --view full --json` has printed; the name is the file's.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no such answer, or its job had not ended.
    """
    return _parse(_name(path.name), path.read_bytes())


def packaged_recording() -> Recording:
    """Return the packaged one: a short film in which everything was looked for."""
    data = resources.files("videre.client.testing").joinpath(_PACKAGED).read_bytes()
    return _parse(_name(_PACKAGED), data)


def _name(file: str) -> str:
    for suffix in _SUFFIXES:
        if file.endswith(suffix):
            return file.removesuffix(suffix)
    return file


def _parse(name: str, data: bytes) -> Recording:
    answer = job_pb2.QueryJobResponse()
    try:
        text = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        # A recording of a later release may say more than this one knows.
        Parse(text.decode(), answer, ignore_unknown_fields=True)
    except (ParseError, UnicodeDecodeError, gzip.BadGzipFile, EOFError) as error:
        raise ValueError(f"{name} is no answer of QueryJob: {error}") from error
    if not answer.job.HasField("end_time"):
        raise ValueError(f"the job of {name} had not ended when it was recorded")
    return Recording(name, answer.job, answer.analysis)
