"""A job and its analysis as protobuf JSON: what QueryJob answers, all pages in one. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from videre.exports.json_text import list_pieces, member_pieces, message_text
from videre.exports.segments import LISTS, Entries
from videre.exports.subject import Subject
from videre.v1 import analysis_pb2, job_pb2

_INDENT: Final = " "
#: A verdict's groups have ten thousands of segments: both lists are written entry by entry.
_DEPTH: Final = 2


def to_json(subject: Subject) -> bytes:
    """Return a QueryJobResponse in protobuf's JSON mapping; nothing is left out or rounded."""
    analysis = subject.analysis
    return "".join(
        json_pieces(subject.job, analysis, lambda name: getattr(analysis, name))
    ).encode()


def json_pieces(job: job_pb2.Job, head: analysis_pb2.Analysis, entries: Entries) -> Iterator[str]:
    """Yield the same file in pieces, so that a long film need not be in memory as messages.

    Args:
        job: the job.
        head: the analysis; its long lists (`segments.LISTS`) are not looked at.
        entries: gives these lists.
    """
    yield f'{{\n{_INDENT}"job": {message_text(job, _INDENT)}'
    yield f',\n{_INDENT}"analysis": '
    before = "{\n"
    given = {field.name for field, _ in head.ListFields()}
    for field in sorted(analysis_pb2.Analysis.DESCRIPTOR.fields, key=lambda one: one.number):
        if field.name in LISTS:
            pieces = list_pieces(field, entries(field.name), _INDENT * 2)
        else:
            known = field.name in given
            pieces = member_pieces(head, field.name, _INDENT * 2, _DEPTH) if known else iter(())
        for piece in pieces:
            yield before + piece
            before = ""
        before = before or ",\n"
    yield "{}\n}" if before == "{\n" else f"\n{_INDENT}}}\n}}"
