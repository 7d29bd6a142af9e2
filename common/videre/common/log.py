"""Structured logs on standard error: JSON for machines, coloured lines for people, no secrets."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any, Final, Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

Format = Literal["json", "console"]

MASK: Final = "***"
#: Fields of several lines.
_TRACES: Final = ("exception", "stack")
_SECRET_KEY: Final = re.compile(
    r"token|secret|password|passwd|authorization|api_?key|credential|signature|cookie", re.I
)
_USERINFO: Final = re.compile(r"(?<=://)[^/\s@]+@")
_SECRET_QUERY: Final = re.compile(
    r"(?P<key>[?&][^=&\s]*(?:token|secret|signature|credential|key|sig)[^=&\s]*=)[^&\s]+", re.I
)


def is_secret(key: str) -> bool:
    """Tell whether a field with this name holds a secret."""
    return _SECRET_KEY.search(key) is not None


def redact(text: str) -> str:
    """Return `text` with user names, passwords and signing parameters of its URLs masked."""
    return _SECRET_QUERY.sub(rf"\g<key>{MASK}", _USERINFO.sub(f"{MASK}@", text))


def _redact_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {key: MASK if is_secret(key) else _redact_value(value) for key, value in event.items()}


def _redact_value(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {
            key: MASK if isinstance(key, str) and is_secret(key) else _redact_value(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_redact_value(item) for item in value]
    return value


def _on_one_line(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Show what a terminal would obey: nothing that somebody sends looks like a line of ours.

    Traces have lines of their own, which are set in.
    """
    return {
        key: "\n".join(f"    {visible(line)}" for line in value.splitlines())
        if key in _TRACES and isinstance(value, str)
        else visible(value)
        if isinstance(value, str)
        else value  # shown by repr, which does the same
        for key, value in event.items()
    }


def visible(text: str) -> str:
    """Return `text` with control characters and the like escaped as Python writes them."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)


def configure_logging(level: str, form: Format, *, process: str) -> None:
    """Send structlog and the standard library's logging to standard error in one form.

    Args:
        level: name of the least level shown, such as "info".
        form: "json" or "console".
        process: name of this process, in every line.
    """

    def name_process(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        # Not a context variable: RPCs start from an empty context.
        return {"process": process, **event}

    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        name_process,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _redact_event,
    ]
    renderers: list[Processor] = (
        [structlog.processors.JSONRenderer(ensure_ascii=False)]
        if form == "json"
        else [_on_one_line, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # It tells every address in full, and that of a webhook may be a secret in itself.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
