"""Where the commands write: answers to standard output, remarks to standard error."""

from __future__ import annotations

import json
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from google.protobuf.message import Message
    from rich.console import Console

#: Width of tables when the output is not a terminal.
_PIPED_WIDTH = 160


@cache
def out() -> Console:
    """Return the console of answers; plain text without colours when piped."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else _PIPED_WIDTH, highlight=False)


@cache
def err() -> Console:
    """Return the console of remarks and progress."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def message_dict(message: Message) -> dict[str, Any]:
    """Return a message in protobuf's JSON mapping."""
    from google.protobuf.json_format import MessageToDict

    found: dict[str, Any] = MessageToDict(message)
    return found


def print_json(data: Any, *, line: bool = False) -> None:
    """Print data, a message or a list of messages in protobuf's JSON mapping.

    Args:
        data: plain data, a message, or a list of either.
        line: on one line, for streams.
    """
    text = json.dumps(_plain(data), ensure_ascii=False, indent=None if line else 2)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def say(answer: Any, line: str, *, as_json: bool) -> None:
    """Print an answer as JSON, or the line that tells it."""
    if as_json:
        print_json(answer)
    else:
        out().print(line, markup=False)


def _plain(data: Any) -> Any:
    if isinstance(data, list):
        return [_plain(item) for item in data]
    return data if isinstance(data, dict) else message_dict(data)
