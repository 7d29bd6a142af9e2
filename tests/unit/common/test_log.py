"""Logs: machine-readable, one form for all libraries, without secrets."""

import json
import logging
import subprocess
import sys

import pytest

from videre.common.log import redact

PROGRAM = """
import logging, structlog
from videre.common.log import configure_logging
configure_logging("info", "json", process="toy")
log = structlog.get_logger("mine")
log.debug("unseen")
log.info("asked", url="https://u:p@h/x?token=abc&page=2", api_key="k", nested={"password": "w"})
logging.getLogger("library").warning("from a library: https://u:p@h/")
try:
    1 / 0
except ZeroDivisionError:
    log.exception("broken")
"""


def test_every_line_is_json_without_secrets() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == ""
    asked, library, broken = [json.loads(line) for line in done.stderr.splitlines()]
    assert asked["url"] == "https://***@h/x?token=***&page=2"
    assert (asked["api_key"], asked["nested"]) == ("***", {"password": "***"})
    assert {line["process"] for line in (asked, library, broken)} == {"toy"}
    assert (library["logger"], library["level"]) == ("library", "warning")
    assert "u:p" not in library["event"]
    assert "ZeroDivisionError" in broken["exception"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "https://h/a?X-Amz-Signature=ff&X-Amz-Date=1",
            "https://h/a?X-Amz-Signature=***&X-Amz-Date=1",
        ),
        ("s3://key:word@bucket/a", "s3://***@bucket/a"),
        ("mail ada@example.org", "mail ada@example.org"),
        ("https://h/path@2/x", "https://h/path@2/x"),
    ],
)
def test_redaction_of_urls(text: str, shown: str) -> None:
    assert redact(text) == shown
    assert logging.getLogger("videre.test").handlers == []
