"""Certificates of a small authority of the tests' own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from videre.common.tls import TlsFiles


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """Issues certificates for 127.0.0.1 and localhost into a folder."""

    def __init__(self, folder: Path, name: str = "tests") -> None:
        self._folder, self._name = folder, _name(name)
        self._key = generate_private_key(SECP256R1())
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / f"{name}-ca.pem"
        made = (
            self._builder(self._name, self._key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self._key, SHA256())
        )
        self.file.write_bytes(made.public_bytes(Encoding.PEM))

    def _builder(self, subject: x509.Name, key: EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
        )

    def issue(self, name: str, *, clients: Path | None = None) -> TlsFiles:
        """Write a new certificate and key under `name` and return them with this authority.

        Args:
            clients: authority whose certificates callers must show.
        """
        key = generate_private_key(SECP256R1())
        names = x509.SubjectAlternativeName(
            [x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))]
        )
        made = self._builder(_name(name), key).add_extension(names, critical=False)
        certificate, private = self._folder / f"{name}.pem", self._folder / f"{name}.key"
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        private.write_bytes(pem)
        certificate.write_bytes(made.sign(self._key, SHA256()).public_bytes(Encoding.PEM))
        return TlsFiles(certificate, private, self.file, clients)
