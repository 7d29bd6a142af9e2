"""A result document whose long lists are read entry by entry. Pure.

The document of a dense film of six hours is 45 MB; as text, then as JSON values, then as records it
would be several hundred. Here it stays bytes: one pass finds where each part stands, and an entry
is a record only while somebody looks at it.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Collection, Iterator
from typing import Any, Final

from videre.orchestrator.document import Analysis
from videre.orchestrator.document.canonical import (
    SCHEMA,
    is_list,
    read_entry,
    read_field,
    record_of,
)

#: Bytes that are looked at together; more where one value is longer.
_WINDOW: Final = 1 << 16
_decoder: Final = json.JSONDecoder()


class StreamedDocument:
    """A result document of canonical JSON, as `result_document` writes it."""

    def __init__(self, data: bytes) -> None:
        """Find where each field of the analysis stands.

        Raises:
            ValueError: not a result document of a known schema.
        """
        self._data = data
        #: Where the value of each field begins.
        self._places: dict[str, int] = {}
        reader = _Reader(data)
        reader.expect('{"analysis":')
        for name in reader.names():
            self._places[name] = reader.place
            reader.skip()
        reader.expect(f',"schema":{SCHEMA}}}')

    def without(self, lists: Collection[str]) -> Analysis:
        """Return the analysis; lists that are named are empty.

        Raises:
            ValueError: a field has no value of its type.
        """
        wanted = self._places.keys() - lists
        return Analysis(**{name: self._field(name) for name in wanted})

    def entries(self, name: str) -> Iterator[Any]:
        """Yield the entries of a list of the analysis.

        Raises:
            ValueError: one is none of its type.
        """
        if name in self._places:
            for entry in _Reader(self._data, self._places[name]).entries():
                yield read_entry(Analysis, name, entry)

    def _field(self, name: str) -> Any:
        reader = _Reader(self._data, self._places[name])
        record = record_of(Analysis, name)
        if record is None:
            return read_field(Analysis, name, reader.value())
        return record(**{part: _part(record, part, reader) for part in reader.names()})


def _part(record: type, name: str, reader: _Reader) -> Any:
    """Return the next value as a field of a record; a list is long and read entry by entry."""
    if is_list(record, name):
        return tuple([read_entry(record, name, entry) for entry in reader.entries()])
    return read_field(record, name, reader.value())


class _Reader:
    """Reads the values of a document one after the other, through a window of text."""

    def __init__(self, data: bytes, place: int = 0) -> None:
        self._data, self._read = data, place
        self._text, self._at = "", 0

    @property
    def place(self) -> int:
        """The byte that comes next."""
        return self._read - len(self._text[self._at :].encode())

    def names(self) -> Iterator[str]:
        """Yield the names of an object's members; their values are to be read in between."""
        self._next("{")
        while not self._next("}"):
            self._next(",")
            name = self.value()
            self.expect(":")
            yield name

    def entries(self) -> Iterator[Any]:
        """Yield the entries of a list."""
        self.expect("[")
        while not self._next("]"):
            self._next(",")
            yield self.value()

    def skip(self) -> None:
        """Pass over a value, piece by piece."""
        if self._stands("{"):
            for _ in self.names():
                self.skip()
        elif self._stands("["):
            for _ in self.entries():
                pass
        else:
            self.value()

    def value(self) -> Any:
        """Return the next value."""
        size = _WINDOW
        while True:
            try:
                value, end = _decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if not self._widen(size):
                    raise ValueError(f"not a result document: {error}") from error
            else:
                if end < len(self._text) or not self._widen(size):  # a number may go on
                    self._at = end
                    return value
            size *= 2

    def expect(self, text: str) -> None:
        """Pass over a text.

        Raises:
            ValueError: there is another one.
        """
        if not self._next(text):
            raise ValueError(f"not a result document of schema {SCHEMA}")

    def _next(self, text: str) -> bool:
        """Pass over a text if it is what comes next."""
        found = self._stands(text)
        self._at += len(text) if found else 0
        return found

    def _stands(self, text: str) -> bool:
        if len(self._text) - self._at < len(text):
            self._widen(_WINDOW)
        return self._text.startswith(text, self._at)

    def _widen(self, size: int) -> bool:
        """Look at more bytes; tell whether there were any."""
        piece = memoryview(self._data)[self._read : self._read + size]
        text, read = codecs.utf_8_decode(piece, "strict", self._read + size >= len(self._data))
        self._text, self._at = self._text[self._at :] + text, 0
        self._read += read
        return bool(read)
