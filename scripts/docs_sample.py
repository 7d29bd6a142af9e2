"""Writes docs/samples/result.json: what `videre query JOB --view full --json` says of the sample.

Run it against a suite with the standard models and an empty data folder:
`python scripts/docs_sample.py HOST:PORT`. Ids, times and costs, which differ from run to run, are
replaced; everything else is the answer as it came.
"""

from __future__ import annotations

import argparse
import json
import sys
from importlib import resources
from pathlib import Path
from typing import Final

from google.protobuf.json_format import MessageToDict
from google.protobuf.timestamp_pb2 import Timestamp

from videre.client import Videre
from videre.v1 import analysis_pb2, job_pb2

PAGE: Final = Path(__file__).parents[1] / "docs" / "samples" / "result.json"
JOB_ID: Final = "01900000-0000-7000-8000-000000000001"
MEDIA_ID: Final = "01900000-0000-7000-8000-000000000002"
_PATIENCE_S: Final = 600.0
_DAY_S: Final = 86_400


def analyse(server: str) -> job_pb2.QueryJobResponse:
    """Submit the packaged sample, wait, and return the full answer."""
    sample = resources.files("videre.cli").joinpath("sample", "sample.mp4")
    with resources.as_file(sample) as path, Videre(server) as client:
        job = client.submit(path, title="Videre sample", request_id="sample")
        client.wait(job.job_id, timeout_s=_PATIENCE_S)
        return client.query(job.job_id, view=analysis_pb2.ANALYSIS_VIEW_FULL)


def normalise(answer: job_pb2.QueryJobResponse) -> None:
    """Replace what differs from run to run: ids, times, costs, the count of events."""
    job, analysis = answer.job, answer.analysis
    job.job_id, job.media_id, analysis.media_id = JOB_ID, MEDIA_ID, MEDIA_ID
    for stage in (*job.stages, *analysis.stages):
        stage.ClearField("cpu_seconds")
    for field in ("etag", "last_seq"):
        job.ClearField(field)
    start = Timestamp()
    start.FromJsonString("2026-01-01T00:00:00Z")
    for time, seconds in (
        (job.create_time, 0),
        (job.start_time, 0),
        (job.end_time, 20),
        (analysis.create_time, 20),
        (job.expire_time, 20 + 7 * _DAY_S),
    ):
        time.CopyFrom(Timestamp(seconds=start.seconds + seconds))


def main() -> None:
    """Write the page from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("server", help="host:port")
    answer = analyse(parser.parse_args().server)
    if answer.job.state != job_pb2.JOB_STATE_SUCCEEDED or not answer.job.model_calls:
        sys.exit(f"not a first run that succeeded:\n{answer.job}")
    normalise(answer)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(MessageToDict(answer), ensure_ascii=False, indent=1)
    PAGE.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
