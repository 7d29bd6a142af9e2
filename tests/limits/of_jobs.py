"""Limits of the calls about jobs; of SubmitJob, see refusals.py."""

from __future__ import annotations

from limits.rows import Row, filter_rows, id_rows, page_rows, question_rows, tag_rows

JOB_ROWS = [
    *id_rows("job_id", "a job's id", "QueryJob", "WatchJob", "CancelJob", "DeleteJob",
             "RequeueJob"),
    Row("QueryJob", "wait", {"wait": {"seconds": -1}}, "0..60", "-1.0"),
    Row("QueryJob", "wait", {"wait": {"seconds": 61}}, "0..60", "61.0"),
    Row("QueryJob", "read_mask.paths[0]", {"read_mask": {"paths": ["job.state"]}},
        "job, analysis", "job.state"),
    *question_rows("QueryJob", job_id="x"),
    *page_rows("QueryJob", job_id="{job}"),
    Row("ExportJob", "job_id", {"job_id": ""}, "an id", "", beside={"format": 1}),
    *(Row("ExportJob", "format", {"format": number}, "EXPORT_FORMAT_JSON, ", str(number),
          beside={"job_id": "x"}) for number in (0, 99)),
    *(Row("ExportJob", field, {field: value}, limit, actual, beside={"job_id": "x", "format": 1})
      for field in ("media_uri", "pictures_uri")
      for value, limit, actual in (("x" * 4_097, "4096 bytes", "4097"), ("a\n", "none", "'a\\n'"))),
    *filter_rows("ExportJob", job_id="x", format=1),
    Row("WatchJob", "after_seq", {"after_seq": -1}, ">= 0", "-1"),
    *page_rows("ListJobs"),
    *tag_rows("ListJobs"),
    Row("ListJobs", "states[0]", {"states": [0]}, "JOB_STATE_QUEUED, ", "0"),
    Row("ListJobs", "states[1]", {"states": [1, 7]}, "JOB_STATE_QUEUED, ", "7"),
    Row("ListJobs", "min_create_time", {"min_create_time": {"seconds": 253_402_300_800}},
        "years 1..9999", "253402300800 s"),
    Row("ListJobs", "max_create_time", {"max_create_time": {"nanos": -1}}, "years 1..9999", "0 s"),
    *(Row("EstimateJob", "duration", {"duration": {"seconds": seconds}}, "0..43200",
          f"{seconds}.0", beside={"job": {"inputs": [{"inline_text": "x"}]}})
      for seconds in (-1, 43_201)),
    Row("EstimateJob", "inputs", {"job": {}}, "main", "none"),
]  # fmt: skip
