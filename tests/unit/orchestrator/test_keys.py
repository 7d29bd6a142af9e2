"""Keys of the installation: made once, readable by their owner only."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from videre.common.errors import Reason, VidereError
from videre.exports.verdict_report import fingerprint
from videre.orchestrator.keys import load_report_key


def test_the_key_of_reports_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "data" / "report.key"
    first = load_report_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert fingerprint(load_report_key(path).public_key()) == fingerprint(first.public_key())
    other = load_report_key(tmp_path / "other.key")
    assert fingerprint(other.public_key()) != fingerprint(first.public_key())
    assert sorted(one.name for one in path.parent.iterdir()) == ["report.key"]


def test_a_file_that_is_no_such_key_stops_the_start(tmp_path: Path) -> None:
    other = X25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    for content in (b"", b"x", other):
        path = tmp_path / "report.key"
        path.write_bytes(content)
        with pytest.raises(VidereError) as refused:
            load_report_key(path)
        assert refused.value.reason is Reason.STORE_FAILED
