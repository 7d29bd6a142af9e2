"""A job and its analysis as protobuf JSON: what QueryJob answers, all pages in one. Pure."""

from __future__ import annotations

from google.protobuf import json_format

from videre.exports.subject import Subject
from videre.v1 import job_pb2


def to_json(subject: Subject) -> bytes:
    """Return a QueryJobResponse in protobuf's JSON mapping; nothing is left out or rounded."""
    answer = job_pb2.QueryJobResponse(job=subject.job, analysis=subject.analysis)
    return json_format.MessageToJson(answer, indent=1, ensure_ascii=False).encode()
