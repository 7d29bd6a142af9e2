"""Limits of the calls about uploads, media and their analyses."""

from __future__ import annotations

import google_crc32c
from limits.rows import HEX, REQUEST_ID, Row, id_rows, page_rows, question_rows, tag_rows, text_rows

MAX_MEDIA = 2_000_000
HOLD_ID = "[A-Za-z0-9\\-_.:]{1,64}"
UPLOADED = {"upload_id": "x", "sha256": "0" * 64}
RETENTION_ROWS = [
    *id_rows("media_id", "an id", "PurgeMedia"),
    Row("ReleaseMedia", "media_id", {"media_id": ""}, "an id", "", beside={"hold_id": "h"}),
    Row("HoldMedia", "media_id", {"media_id": ""}, "an id", "",
        beside={"hold_id": "h", "reason": "r"}),
    Row("HoldMedia", "hold_id", {"hold_id": "a b"}, HOLD_ID, "a b",
        beside={"media_id": "x", "reason": "r"}),
    Row("HoldMedia", "reason", {"reason": ""}, "1..1024", "0",
        beside={"media_id": "x", "hold_id": "h"}),
    Row("HoldMedia", "reason", {"reason": "字" * 342}, "1..1024", "1026",
        beside={"media_id": "x", "hold_id": "h"}),
    Row("ReleaseMedia", "hold_id", {"hold_id": ""}, "an id", "", beside={"media_id": "x"}),
    *page_rows("ListHolds"),
    Row("PurgeProject", "project_id", {"project_id": ""}, "an id", ""),
]  # fmt: skip
MEDIA_ROWS = [
    Row("CreateUpload", "file_name", {"file_name": "x" * 256}, "255 bytes", "256",
        beside={"total_size": 1}),
    Row("CreateUpload", "file_name", {"file_name": "a/b"}, "no /", "a/b",
        beside={"total_size": 1}),
    Row("CreateUpload", "total_size", {"total_size": 0}, f"1..{MAX_MEDIA}", "0"),
    Row("CreateUpload", "total_size", {"total_size": MAX_MEDIA + 1}, f"1..{MAX_MEDIA}",
        str(MAX_MEDIA + 1)),
    Row("CreateUpload", "request_id", {"request_id": "?"}, REQUEST_ID, "?",
        beside={"total_size": 1}),
    *id_rows("upload_id", "an id", "GetUpload"),
    Row("WriteUpload", "upload_id", {"upload_id": ""}, "an id", "", beside={"data": b"x"}),
    Row("CompleteUpload", "upload_id", {"upload_id": ""}, "an id", "",
        beside={"sha256": "0" * 64}),
    Row("WriteUpload", "offset", {"offset": -1}, f"0..{MAX_MEDIA}", "-1",
        beside={"upload_id": "x", "data": b"x"}),
    Row("WriteUpload", "data", {"data": b""}, "1..1048576", "0", beside={"upload_id": "x"}),
    Row("WriteUpload", "data", {"data": bytes(2**20 + 1)}, "1..1048576", "1048577",
        beside={"upload_id": "x"}),
    Row("WriteUpload", "crc32c", {"crc32c": 1}, str(google_crc32c.value(b"x")), "1",
        "UPLOAD_CHECKSUM", {"upload_id": "x", "data": b"x"}),
    Row("CompleteUpload", "sha256", {"sha256": "z"}, HEX, "z", beside={"upload_id": "x"}),
    *text_rows("CompleteUpload", **UPLOADED),
    *tag_rows("CompleteUpload", **UPLOADED),
    Row("CreateMedia", "uri", {"uri": ""}, "1..4096", "0"),
    Row("CreateMedia", "uri", {"uri": "x" * 4_097}, "1..4096", "4097"),
    Row("CreateMedia", "request_id", {"request_id": "a" * 65}, REQUEST_ID, "a" * 65,
        beside={"uri": "x"}),
    *text_rows("CreateMedia", uri="x"),
    *tag_rows("CreateMedia", uri="x"),
    *id_rows("media_id", "an id", "GetMedia", "UpdateMedia", "DeleteMedia", "GetAnalysis"),
    *page_rows("ListMedia"),
    *tag_rows("ListMedia"),
    Row("ListMedia", "digest", {"digest": "A" * 64}, HEX, "A" * 64),
    *text_rows("UpdateMedia", media_id="x"),
    *tag_rows("UpdateMedia", media_id="x"),
    Row("UpdateMedia", "clear_tags", {"clear_tags": True}, "one of the two", "both",
        beside={"media_id": "x", "tags": {"a": "b"}}),
    Row("GetAnalysis", "revision", {"revision": -1}, "0..9007199254740992", "-1",
        beside={"media_id": "x"}),
    *question_rows("GetAnalysis", media_id="x"),
    *page_rows("GetAnalysis", media_id="{media}"),
    Row("ReadArtifact", "digest", {"digest": "../x"}, HEX, "../x"),
    Row("ReadArtifact", "offset", {"offset": -1}, "0..9007199254740992", "-1",
        beside={"digest": "0" * 64}),
    Row("ReadArtifact", "length", {"length": -1}, "0..9007199254740992", "-1",
        beside={"digest": "0" * 64}),
]  # fmt: skip
