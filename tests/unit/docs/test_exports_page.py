"""docs/exports.md: every sample is a piece of what is really written, every option is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from google.protobuf import json_format

from videre.cli.commands.export import Format
from videre.exports.formats import FORMATS
from videre.exports.subject import Subject
from videre.v1 import job_pb2

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "exports.md").read_text(encoding="utf-8")
SAMPLES = re.findall(r"<!-- sample: (\w+) -->\n```\w*\n(.*?)\n```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def subject() -> Subject:
    text = (DOCS / "samples" / "result.json").read_text(encoding="utf-8")
    answer = json_format.Parse(text, job_pb2.QueryJobResponse())
    return Subject(answer.job, answer.analysis, title="Sample", media_uri="sample.mp4")


def test_there_are_samples() -> None:
    assert len(SAMPLES) >= 8


@pytest.mark.parametrize(("name", "sample"), SAMPLES, ids=[name for name, _ in SAMPLES])
def test_a_sample_is_what_is_written(subject: Subject, name: str, sample: str) -> None:
    form = FORMATS[job_pb2.ExportFormat.Value(f"EXPORT_FORMAT_{name}")]
    written = "\n".join(form.write(subject).decode("utf-8-sig").splitlines())
    at = 0
    for piece in re.split(r"\n?…\n?", sample):
        found = written.find(piece, at)
        assert found >= 0, piece
        at = found + len(piece)


@pytest.mark.parametrize("form", Format, ids=str)
def test_every_format_has_its_word(form: Format) -> None:
    assert re.search(form.replace("-", "[ -]"), PAGE, re.IGNORECASE)
