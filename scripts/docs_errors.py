"""Writes docs/errors.md from the one table of reasons: `python scripts/docs_errors.py`.

Needs `videre.common` on the path and nothing else; `scripts/gen.sh` calls it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from videre.common.errors import DOMAIN, REASONS, Code

PAGE: Final = Path(__file__).parents[1] / "docs" / "errors.md"
#: Codes after which the same call may be made again.
_REPEATABLE: Final = (Code.UNAVAILABLE, Code.RESOURCE_EXHAUSTED, Code.ABORTED)

_INTRODUCTION: Final = f"""\
# Errors

<!-- Written by scripts/docs_errors.py from common/videre/common/errors.py; run `make gen`. -->

Every refusal is a gRPC status with details:

| Detail | What it says |
|---|---|
| `google.rpc.ErrorInfo` | domain `{DOMAIN}`, a reason of the table, `field`, `limit`, `actual` … |
| `google.rpc.BadRequest` | each field that is wrong, and why; at most eight |
| `google.rpc.RetryInfo` | how long to wait, where the server knows |

The same reasons stand in `Stage.reason` (why a stage was SKIPPED, NOT_CHECKED or FAILED) and in
`JobError.reason`; there the code does not matter. Reasons are stable: programs may compare them.
Messages are for people and may change.

A caller may repeat a call after {", ".join(f"`{code}`" for code in _REPEATABLE)}; all other codes
are final. `DEADLINE_EXCEEDED` without a reason means that the call's own deadline has passed.

| Reason | gRPC code | Meaning |
|---|---|---|
"""


def page() -> str:
    """Return the text of docs/errors.md."""
    rows = [f"| `{reason}` | `{spec.code}` | {spec.meaning} |" for reason, spec in REASONS.items()]
    return _INTRODUCTION + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
