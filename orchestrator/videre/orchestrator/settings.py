"""What the orchestrator needs to know beside the common settings."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Final, Literal, Self

import sqlalchemy as sa
from pydantic import Field, SecretStr, field_validator, model_validator

from videre.common.config import Settings, TextList
from videre.common.values import NS
from videre.orchestrator.review.model import Severity

_DAY_S = 24 * 3600.0
#: As browsers name it: lower case, without a path, and without the scheme's own port.
_ORIGIN: Final = re.compile(r"https?://[a-z0-9.\[\]:-]{1,253}")
#: Names of buckets as S3 has them; keys below.
_BUCKET: Final = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^?#]*)?")


class OrchestratorSettings(Settings):
    """Settings of the orchestrator process."""

    auth: bool = Field(
        default=False, description="Callers must show a key or a token; false = all are the owner."
    )
    oidc_issuer: str | None = Field(
        default=None, description="Issuer whose tokens are taken; absent = none."
    )
    oidc_audience: str = Field(default="videre", description="Audience that tokens are made for.")
    oidc_jwks: str | None = Field(
        default=None, description="URL of the issuer's keys; absent = as its discovery says."
    )
    oidc_project_claim: str = Field(
        default="videre_project", description="Claim with the project or projects of a token."
    )
    oidc_roles_claim: str = Field(
        default="videre_roles", description="Claim with the roles of a token."
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL, postgresql://user@host/name; absent = SQLite in data_dir.",
    )
    role: Literal["all", "api", "worker"] = Field(
        default="all",
        description="What the process does: answer callers (api), run jobs (worker), or both.",
    )
    upload_dir: Path | None = Field(
        default=None, description="Folder of unfinished uploads; absent = uploads/ in data_dir."
    )
    http_port: int | None = Field(
        default=None, ge=0, le=65_535, description="HTTP side port; absent = one above the port."
    )
    web_port: int | None = Field(
        default=None,
        ge=0,
        le=65_535,
        description="Port of Connect, gRPC-Web and JSON; absent = they are not served.",
    )
    web_origins: TextList = Field(
        default=(), description="Origins (https://host) of web pages that may call there."
    )
    file_roots: TextList = Field(
        default=(), description="Folders that file:// sources and outputs may lie in."
    )
    bucket_roots: TextList = Field(
        default=(),
        description="Places (s3://bucket/prefix) that s3:// sources and outputs may lie in.",
    )
    quarantine_dir: Path | None = Field(
        default=None,
        description="Folder that branches of flows bring sources to; absent = they cannot.",
    )
    allowed_networks: TextList = Field(
        default=(), description="Networks (CIDR) that sources may lie in although private."
    )
    stage_patience: float = Field(
        default=180.0, gt=0, description="Seconds a stage waits for a service that does not answer."
    )
    job_retention: float = Field(
        default=7 * _DAY_S, gt=0, description="Seconds an ended job is kept."
    )
    jobs_at_once: int = Field(default=4, ge=1, description="Jobs that run at the same time.")
    chunks_at_once: int | None = Field(
        default=None, ge=1, description="Chunks that run at the same time; absent = slots + 1."
    )
    decoders_at_once: int | None = Field(
        default=None, ge=1, description="Decoding processes at once; absent = slots."
    )
    max_media_bytes: int = Field(default=32 * 2**30, ge=1, description="Largest media.")
    max_duration_s: float = Field(default=12 * 3600.0, gt=0, description="Longest media.")
    spool_bytes: int = Field(
        default=4 * 2**30, ge=2**20, description="Size of the cache of decoded frames and sound."
    )
    collect_after: float = Field(
        default=_DAY_S, ge=0, description="Seconds before an unreferenced artifact is removed."
    )
    sweep_interval: float = Field(
        default=30.0, gt=0, description="Seconds between two looks for lost jobs and old rows."
    )
    taxonomy_overlays: TextList = Field(
        default=(), description="TOML files laid over the taxonomy, in this order."
    )
    name_lists: TextList = Field(
        default=(), description="TOML files of names (brands, organisations …) to be recognised."
    )
    event_retention: float = Field(
        default=7 * _DAY_S, gt=_DAY_S, description="Seconds an event of a project is kept."
    )
    calls_per_second: float = Field(
        default=0.0, ge=0, description="Calls that each caller may make per second; 0 = no limit."
    )
    calls_burst: int = Field(
        default=100,
        ge=1,
        description="Calls that each caller may make at once.",
    )
    link_lifetime: float = Field(
        default=3600.0, gt=0, description="Seconds a signed artifact path is valid."
    )

    review_due_critical: float = Field(
        default=3_600.0, gt=0, description="Seconds in which a CRITICAL review should be decided."
    )
    review_due_high: float = Field(
        default=4 * 3_600.0, gt=0, description="Seconds in which a HIGH review should be decided."
    )
    review_due_medium: float = Field(
        default=_DAY_S, gt=0, description="Seconds in which a MEDIUM review should be decided."
    )
    review_due_low: float = Field(
        default=3 * _DAY_S, gt=0, description="Seconds in which a LOW review should be decided."
    )

    review_undo: float = Field(
        default=900.0, ge=0, description="Seconds in which a reviewer may take a decision back."
    )

    nats_url: SecretStr | None = Field(
        default=None,
        description="NATS server whose JetStream takes events, nats://user:password@host:4222.",
    )
    nats_subject: str = Field(
        default="videre",
        pattern=r"^[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64}){0,3}$",
        description="First tokens of every subject; the project follows.",
    )

    chat_url: str | None = Field(
        default=None,
        description="OpenAI-compatible endpoint that writes marketing copy; absent = templates.",
    )
    chat_model: str = Field(default="", description="Model that the chat endpoint is asked for.")
    chat_key: SecretStr | None = Field(
        default=None, description="Key that the chat endpoint is shown; absent = none."
    )
    chat_timeout: float = Field(
        default=20.0, gt=0, le=120, description="Seconds the chat endpoint may take for one copy."
    )

    event_rules: Path | None = Field(
        default=None, description="File of further event rules; absent = the packaged ones alone."
    )

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        try:
            url = sa.make_url(value.get_secret_value())
        except sa.exc.ArgumentError:
            raise ValueError("is no URL of a database") from None
        if url.drivername not in ("postgresql", "postgres") or not url.database:
            raise ValueError("is not postgresql://…/database")
        return value

    @field_validator(
        "file_roots",
        "bucket_roots",
        "allowed_networks",
        "taxonomy_overlays",
        "name_lists",
        "web_origins",
        mode="before",
    )
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("chat_url")
    @classmethod
    def _is_endpoint(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("https://", "http://")):
            raise ValueError("is not http://… or https://…")
        return value

    @model_validator(mode="after")
    def _is_shared(self) -> Self:
        if self.role != "all" and self.database_url is None:
            raise ValueError(f"role {self.role} needs database_url: SQLite has one process")
        return self

    @field_validator("bucket_roots")
    @classmethod
    def _are_buckets(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for root in value:
            if not _BUCKET.fullmatch(root):
                raise ValueError(f"{root} is not s3://bucket or s3://bucket/prefix")
        return value

    @field_validator("web_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin} is not http(s)://host or http(s)://host:port")
        return value

    @property
    def roots(self) -> tuple[Path, ...]:
        """The folders of `file_roots`, resolved."""
        return tuple(Path(root).resolve() for root in self.file_roots)

    @property
    def review_due_ns(self) -> dict[Severity, int]:
        """Longest time to a decision where the template says none, by severity."""
        return {
            severity: round(getattr(self, f"review_due_{severity.name.lower()}") * NS)
            for severity in Severity
        }

    @property
    def networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks of `allowed_networks`."""
        return tuple(ip_network(network) for network in self.allowed_networks)

    @property
    def overlay_paths(self) -> tuple[Path, ...]:
        """The files of `taxonomy_overlays`."""
        return tuple(Path(path) for path in self.taxonomy_overlays)

    @property
    def name_list_paths(self) -> tuple[Path, ...]:
        """The files of `name_lists`."""
        return tuple(Path(path) for path in self.name_lists)

    @property
    def postgres_url(self) -> str | None:
        """The PostgreSQL database; None = SQLite."""
        return None if self.database_url is None else self.database_url.get_secret_value()

    @property
    def database_path(self) -> Path:
        """The SQLite database."""
        return self.data_dir / "videre.db"

    @property
    def inside_path(self) -> Path:
        """Socket on which the process calls itself."""
        return self.data_dir / "inside.sock"

    @property
    def quarantine_path(self) -> Path | None:
        """The folder of `quarantine_dir`, resolved."""
        return None if self.quarantine_dir is None else self.quarantine_dir.resolve()

    @property
    def spool_path(self) -> Path:
        """Folder of the cache of decoded frames and sound."""
        return self.work_path / "spool"

    @property
    def uploads_path(self) -> Path:
        """Folder of unfinished uploads."""
        return self.upload_dir or self.data_dir / "uploads"
