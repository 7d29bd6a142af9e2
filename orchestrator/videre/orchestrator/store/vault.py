"""Columns of the database whose values are sealed where the installation encrypts.

A value is sealed by AES-256-GCM under a data key of the installation, bound to its column. What has
to be found by equality (the terms of the index, the names of entries) is sealed by AES-SIV, which
gives the same for the same: who has the database sees that two are equal, not what they are; these
stay sealed when the installation stops encrypting, since a name is found in one form only. Values
that are empty stay empty, and those from before are read as they are. Where nothing is sealed, the
columns have the processors of their plain types and no others.
"""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from videre.common.errors import Reason, VidereError
from videre.common.sealing import NONCE_BYTES

#: Begins sealed text, and with the number of the data key sealed bytes; nothing that callers send
#: begins so: control characters are refused, protobuf has no field 0 and arrays no such length.
_MARK: Final = "\x02sealed"
_BINARY_MARK: Final = b"\x02VSEAL"
_VERSION_BYTES: Final = 4
#: Bytes of the key of names: AES-SIV takes two of 256 bits.
NAME_KEY_BYTES: Final = 64
_ATTRIBUTE: Final = "videre_vault"

#: Gives the data keys by their numbers.
Keys = Callable[[], Mapping[int, bytes]]


class Vault:
    """Seals and opens values of columns. Safe for use by several threads."""

    def __init__(self, keys: Keys, names: bytes, *, closes: bool) -> None:
        """Take the keys.

        Args:
            keys: asked again when a value names a key that is not known yet.
            names: key of names; it stays as long as the installation.
            closes: whether what is written is sealed; what is sealed is read either way.
        """
        self._load, self._names = keys, AESSIV(names)
        self._lock = threading.Lock()
        self.closes = closes
        self._ciphers: dict[int, AESGCM] = {}
        self.reload()

    def reload(self) -> None:
        """Take the data keys as they are now; the newest one seals."""
        with self._lock:
            self._ciphers = {number: AESGCM(key) for number, key in self._load().items()}
            self.newest = max(self._ciphers)

    def close(self, plain: bytes, column: str) -> bytes:
        """Return what a value is sealed to."""
        number, nonce = self.newest, os.urandom(NONCE_BYTES)
        sealed = self._ciphers[number].encrypt(nonce, plain, column.encode())
        return number.to_bytes(_VERSION_BYTES, "big") + nonce + sealed

    def open(self, sealed: bytes, column: str) -> bytes:
        """Return the value.

        Raises:
            VidereError: KEY_MISSING, its data key is gone or another one.
        """
        number = int.from_bytes(sealed[:_VERSION_BYTES], "big")
        if number not in self._ciphers:
            self.reload()
        nonce, data = sealed[_VERSION_BYTES:][:NONCE_BYTES], sealed[_VERSION_BYTES + NONCE_BYTES :]
        try:
            return self._ciphers[number].decrypt(nonce, data, column.encode())
        except (KeyError, InvalidTag, ValueError):
            raise VidereError(
                Reason.KEY_MISSING, f"a value of {column} does not open under data key {number}"
            ) from None

    def name(self, plain: bytes, column: str) -> bytes:
        """Return what a value that is looked for by equality is sealed to: always the same."""
        return self._names.encrypt(plain, [column.encode()])

    def unname(self, sealed: bytes, column: str) -> bytes:
        """Return the value.

        Raises:
            VidereError: KEY_MISSING.
        """
        try:
            return self._names.decrypt(sealed, [column.encode()])
        except (InvalidTag, ValueError):
            raise VidereError(
                Reason.KEY_MISSING, f"a name of {column} does not open under the key of names"
            ) from None

    def begins(self, column: _Sealed) -> str | bytes:
        """Return how a stored value begins that is sealed as a new one is; empty = not sealed."""
        if not self.closes and not column.always:
            return b"" if isinstance(column, SealedBytes) else ""
        if isinstance(column, SealedBytes):
            return _BINARY_MARK + self.newest.to_bytes(_VERSION_BYTES, "big")
        mark = f"{_MARK}:" if isinstance(column, SealedName) else f"{_MARK}{self.newest}:"
        return json.dumps(mark)[:-1] if isinstance(column, SealedJson) else mark

    def marks(self, column: _Sealed) -> str | bytes:
        """Return how a stored value begins that is sealed, under whichever key."""
        if isinstance(column, SealedBytes):
            return _BINARY_MARK
        return json.dumps(_MARK)[:-1] if isinstance(column, SealedJson) else _MARK


def put_vault(engine: sa.Engine, vault: Vault | None) -> None:
    """Seal the columns of an engine that has not met one yet: it remembers their processors."""
    setattr(engine.dialect, _ATTRIBUTE, vault)


def vault_of(dialect: Dialect) -> Vault | None:
    """Return what seals the columns of an engine."""
    found: Vault | None = getattr(dialect, _ATTRIBUTE, None)
    return found


class _Sealed(TypeDecorator[Any]):
    """A column that is sealed where its engine has a vault."""

    #: Whether it is sealed too where nothing else is any more.
    always = False

    def __init__(self, column: str) -> None:
        """Take the name of the column, "table.column": values are bound to it."""
        super().__init__()
        self.column = column

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """See the base class."""
        plain = self.impl_instance.bind_processor(dialect)
        vault = vault_of(dialect)
        return plain if vault is None else self._closing(vault, plain)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """See the base class."""
        plain = self.impl_instance.result_processor(dialect, coltype)
        vault = vault_of(dialect)
        return plain if vault is None else self._opening(vault, plain)

    def _closing(
        self, vault: Vault, plain: Callable[[Any], Any] | None
    ) -> Callable[[Any], Any] | None:
        def close(value: Any) -> Any:
            if value and (vault.closes or self.always):
                value = self.sealed(vault, value)
            return plain(value) if plain is not None else value

        return close

    def _opening(
        self, vault: Vault, plain: Callable[[Any], Any] | None
    ) -> Callable[[Any], Any] | None:
        def open_(value: Any) -> Any:
            if plain is not None:
                value = plain(value)
            return self.opened(vault, value) if value else value

        return open_

    def sealed(self, vault: Vault, value: Any) -> Any:
        """Return what a value is stored as."""
        raise NotImplementedError

    def opened(self, vault: Vault, value: Any) -> Any:
        """Return the value of what is stored."""
        raise NotImplementedError

    def _close_text(self, vault: Vault, plain: bytes) -> str:
        body = vault.close(plain, self.column)
        number = int.from_bytes(body[:_VERSION_BYTES], "big")
        return f"{_MARK}{number}:{base64.b64encode(body).decode()}"

    def _open_text(self, vault: Vault, value: str) -> bytes:
        return vault.open(base64.b64decode(value.partition(":")[2]), self.column)


class SealedText(_Sealed):
    """Text."""

    impl = sa.Text
    cache_ok = True

    def sealed(self, vault: Vault, value: str) -> str:
        """See the base class."""
        return self._close_text(vault, value.encode())

    def opened(self, vault: Vault, value: str) -> str:
        """See the base class."""
        return self._open_text(vault, value).decode() if value.startswith(_MARK) else value


class SealedName(_Sealed):
    """Text that is looked for by equality."""

    impl = sa.Text
    cache_ok = True
    always = True

    def sealed(self, vault: Vault, value: str) -> str:
        """See the base class."""
        name = vault.name(value.encode(), self.column)
        return f"{_MARK}:{base64.b64encode(name).decode()}"

    def opened(self, vault: Vault, value: str) -> str:
        """See the base class."""
        if not value.startswith(_MARK):
            return value
        return vault.unname(base64.b64decode(value.partition(":")[2]), self.column).decode()


class SealedJson(_Sealed):
    """A document of JSON; sealed it is a text of JSON."""

    impl = sa.JSON
    cache_ok = True

    def sealed(self, vault: Vault, value: Any) -> str:
        """See the base class."""
        return self._close_text(vault, json.dumps(value, ensure_ascii=False).encode())

    def opened(self, vault: Vault, value: Any) -> Any:
        """See the base class."""
        if isinstance(value, str) and value.startswith(_MARK):
            return json.loads(self._open_text(vault, value))
        return value


class SealedBytes(_Sealed):
    """Bytes."""

    impl = sa.LargeBinary
    cache_ok = True

    def sealed(self, vault: Vault, value: bytes) -> bytes:
        """See the base class."""
        return _BINARY_MARK + vault.close(value, self.column)

    def opened(self, vault: Vault, value: bytes) -> bytes:
        """See the base class."""
        if not value.startswith(_BINARY_MARK):
            return value
        return vault.open(value[len(_BINARY_MARK) :], self.column)


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column that is sealed, as its table has it."""

    table: sa.Table
    column: sa.Column[Any]
    kind: _Sealed


def sealed_columns(metadata: sa.MetaData) -> list[SealedColumn]:
    """Return the columns that are sealed, in the order of their tables' names."""
    return [
        SealedColumn(table, column, column.type)
        for _, table in sorted(metadata.tables.items())
        for column in table.columns
        if isinstance(column.type, _Sealed)
    ]


def raw_type(kind: _Sealed) -> TypeEngine[Any]:
    """Return the type by which what is stored in a column is read as it is."""
    return sa.LargeBinary() if isinstance(kind, SealedBytes) else sa.Text()
