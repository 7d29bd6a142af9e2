"""Limits of the calls about feedback."""

from __future__ import annotations

from typing import Any

from limits.rows import REQUEST_ID, Row, page_rows

from videre.orchestrator.api.messages.segments import MAKERS

KINDS = (
    "CORRECTION_KIND_WRONG, CORRECTION_KIND_MISSING, CORRECTION_KIND_PERSON, CORRECTION_KIND_TEXT, "
    "CORRECTION_KIND_COMMENT"
)
OTHER_LISTS = ", ".join(["labels", *(name for name in MAKERS if name != "labels"), "verdict"])


def correction_row(field: str, limit: str, actual: str, **given: Any) -> Row:
    """Return a row for one field of a correction."""
    correction = {"kind": "CORRECTION_KIND_WRONG", "name": "Dog"} | given
    return Row("SubmitFeedback", f"corrections[0].{field}", {"corrections": [correction]}, limit,
               actual, beside={"media_id": "{media}"})  # fmt: skip


SAID = {"kind": "CORRECTION_KIND_COMMENT", "comment": "good"}
FEEDBACK_ROWS = [
    Row("SubmitFeedback", "subject", {}, "job_id or media_id", "", beside={"corrections": [SAID]}),
    Row("SubmitFeedback", "request_id", {"request_id": "?"}, REQUEST_ID, "?",
        beside={"media_id": "x", "corrections": [SAID]}),
    Row("SubmitFeedback", "revision", {"revision": -1}, "0..9007199254740992", "-1",
        beside={"media_id": "x", "corrections": [SAID]}),
    Row("SubmitFeedback", "revision", {"revision": 1}, "0..0", "1",
        beside={"job_id": "x", "corrections": [SAID]}),
    Row("SubmitFeedback", "author", {"author": "a" * 129}, "128 bytes", "129",
        beside={"media_id": "x", "corrections": [SAID]}),
    Row("SubmitFeedback", "source", {"source": "a" * 65}, "64 bytes", "65",
        beside={"media_id": "x", "corrections": [SAID]}),
    *(Row("SubmitFeedback", "corrections", {"corrections": [SAID] * count}, "1..1000", str(count),
          beside={"media_id": "x"}) for count in (0, 1_001)),
    *(correction_row("kind", KINDS, str(kind), kind=kind) for kind in (0, 9)),
    correction_row("list", OTHER_LISTS, "x", list="x"),
    correction_row("list", "text_lines, utterances", "", kind="CORRECTION_KIND_TEXT", text="x"),
    correction_row("name", "one of the two", "", name=""),
    correction_row("name", "256 bytes", "257", name="n" * 257),
    correction_row("node_id", "a node", "animal.unicorn", node_id="animal.unicorn"),
    correction_row("person_id", "a person", "", kind="CORRECTION_KIND_PERSON"),
    correction_row("same_person_id", "a person", "x", same_person_id="x"),
    correction_row("text", "the words of the analysis", "", kind="CORRECTION_KIND_TEXT",
                   list="utterances"),
    correction_row("text", "4096 bytes", "4097", text="x" * 4_097),
    correction_row("corrected_text", "4096 bytes", "4097", corrected_text="x" * 4_097),
    correction_row("comment", "1 character", "", kind="CORRECTION_KIND_COMMENT"),
    correction_row("comment", "4096 bytes", "4097", comment="x" * 4_097),
    correction_row("span.start_char", "a text's", "", span={"start_frame": 0}),
    correction_row("span.start_char", "0..6", "-1", span={"start_char": -1, "end_char": 3}),
    correction_row("span.end_char", "1..6", "0", span={"start_char": 1, "end_char": 0}),
    correction_row("boxes", "100", "101", boxes=[{}] * 101),
    correction_row("boxes[0]", "a picture", "text", boxes=[{"frame": 0}]),
    *page_rows("ListFeedback"),
    Row("ListFeedback", "kinds[1]", {"kinds": [1, 0]}, KINDS, "0"),
]  # fmt: skip
