"""Settings: `VIDERE_*` environment variables over one TOML file, parsed once at the edge.

The file is `$VIDERE_CONFIG`, or `videre.toml` in the working folder when that is there. A process
subclasses `Settings` for what only it needs; keys of other processes are ignored.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal
from urllib.parse import unquote

import platformdirs
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from videre.common.consul import ConsulAgent
from videre.common.keys import KEY_BYTES, keys_by_command, keys_in_file, keys_of
from videre.common.log import MASK, is_secret, redact
from videre.common.tls import TlsFiles

if TYPE_CHECKING:
    from videre.common.sealing import Seal

_CONFIG_ENV: Final = "VIDERE_CONFIG"
_DEFAULT_FILE: Final = "videre.toml"

_FOLDER: Final = "file://"
_OBJECT_STORES: Final = ("s3://", "gs://", "az://")

#: Default port of each process; the orchestrator's HTTP side port is one above its own.
PORTS: Final = {
    "orchestrator": 7700,
    "visual": 7710,
    "ocr": 7711,
    "asr": 7712,
    "audio": 7713,
    "production": 7714,
}

#: A list of texts that the environment may give separated by commas.
TextList = Annotated[tuple[str, ...], NoDecode]


def _data_dir() -> Path:
    return platformdirs.user_data_path("videre", appauthor=False)


def _cpu_count() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _local(service: str) -> tuple[str, ...]:
    return (f"127.0.0.1:{PORTS[service]}",)


class Settings(BaseSettings):
    """What every process needs to know."""

    # Inputs may be secrets: errors do not repeat them.
    model_config = SettingsConfigDict(
        env_prefix="VIDERE_", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    data_dir: Path = Field(default_factory=_data_dir, description="Folder of all state.")
    artifact_url: str | None = Field(
        default=None,
        description="Artifact store: file:///folder, s3://bucket/prefix, gs://…, az://…; "
        "absent = artifacts/ in data_dir.",
    )
    artifact_cache_bytes: int = Field(
        default=16 * 2**30, ge=0, description="Size of the local cache of an object store."
    )
    encryption: bool = Field(
        default=False, description="What is stored is sealed under the master key."
    )
    key_dir: Path | None = Field(
        default=None, description="Folder of the installation's keys; absent = data_dir."
    )
    master_key: SecretStr | None = Field(
        default=None, description="Keys that seal; absent = the file master.key."
    )
    master_key_command: SecretStr | None = Field(
        default=None, description="Program that prints the keys that seal."
    )
    work_dir: Path | None = Field(
        default=None, description="Folder of what jobs decode and open; absent = data_dir."
    )
    model_dir: Path | None = Field(
        default=None, description="Folder of model files; absent = models/ in data_dir."
    )
    model_mirror: str | None = Field(
        default=None, description="Folder or URL asked first for model files."
    )
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console"] = "console"
    bind: str = Field(default="127.0.0.1", description="Address servers listen on.")
    insecure_bind: bool = Field(
        default=False, description="Allow an address other machines can reach, without security."
    )
    tls_cert: Path | None = Field(
        default=None, description="Certificate of this process with its chain, PEM."
    )
    tls_key: Path | None = Field(default=None, description="Its private key, PEM.")
    tls_ca: Path | None = Field(
        default=None, description="Who vouches for servers that are called; absent = plain text."
    )
    tls_clients: Path | None = Field(
        default=None, description="Who vouches for callers; absent = no certificate is asked for."
    )
    port: int | None = Field(
        default=None, ge=0, le=65_535, description="Absent = the process's default; 0 = any."
    )
    metrics_port: int | None = Field(
        default=None, ge=1, le=65_535, description="Port of a service's /metrics; absent = none."
    )
    compression: Literal["none", "deflate", "gzip"] = Field(
        default="none", description="Of answers, and of what services are sent."
    )
    channelz: bool = Field(
        default=False, description="Tell administrators about channels and sockets (channelz)."
    )
    drain_seconds: float = Field(
        default=10.0, ge=0, description="Time running calls get when the process is told to stop."
    )
    slots: int = Field(default_factory=_cpu_count, ge=1, description="Inference threads.")
    queue_per_slot: int = Field(default=4, ge=0, description="Calls that may wait, per slot.")
    nice: int = Field(default=10, ge=0, le=19, description="Niceness of the inference threads.")
    consul: str | None = Field(
        default=None, description="URL of a Consul agent that this process registers with."
    )
    consul_token: SecretStr | None = Field(default=None, description="Its ACL token.")
    consul_ca: Path | None = Field(default=None, description="Who vouches for it, PEM.")
    advertise: str | None = Field(
        default=None, description="Host under which others reach this process; absent = bind."
    )
    otlp_endpoint: str | None = Field(
        default=None, description="OpenTelemetry collector (OTLP over gRPC) that spans are sent to."
    )
    device: str = Field(
        default="auto",
        pattern=r"^(auto|cpu|cuda(:\d+)?)$",
        description="Where engines of torch compute: auto, cpu, cuda or cuda:N.",
    )
    torch_threads: int = Field(
        default=1, ge=1, description="Threads of one inference of an engine of torch."
    )
    mmdet_checkpoint: Path | None = Field(
        default=None, description="Checkpoint of MMDetection for objects; absent = none."
    )
    mmdet_config: Path | None = Field(
        default=None, description="Its config; absent = the one that the checkpoint carries."
    )
    mmocr_det_checkpoint: Path | None = Field(
        default=None, description="Checkpoint of MMOCR that finds text; absent = none."
    )
    mmocr_det_config: Path | None = Field(
        default=None, description="Its config; absent = the one that the checkpoint carries."
    )
    mmocr_rec_checkpoint: Path | None = Field(
        default=None, description="Checkpoint of MMOCR that reads lines; absent = none."
    )
    mmocr_rec_config: Path | None = Field(default=None, description="Its config; likewise.")
    mmocr_dictionary: Path | None = Field(
        default=None, description="The characters it reads; absent = the config's file."
    )
    open_clip_checkpoint: Path | None = Field(
        default=None, description="Checkpoint of open_clip for labels and search; absent = none."
    )
    open_clip_model: str | None = Field(
        default=None, description="Its config: a name that open_clip brings, or a JSON file."
    )
    open_clip_labels: Path | None = Field(
        default=None, description="TOML file of labels in one's own words; absent = no labels."
    )
    open_clip_background: Path | None = Field(
        default=None, description="Folder of pictures that show none of them; absent = none."
    )
    visual_python: Path | None = Field(
        default=None, description="Python that `videre up` runs the service with; absent = its own."
    )
    ocr_python: Path | None = Field(default=None, description="Likewise.")
    asr_python: Path | None = Field(default=None, description="Likewise.")
    visual_endpoints: TextList = _local("visual")
    ocr_endpoints: TextList = _local("ocr")
    asr_endpoints: TextList = _local("asr")
    audio_endpoints: TextList = _local("audio")
    production_endpoints: TextList = _local("production")

    @field_validator("artifact_url")
    @classmethod
    def _is_store(cls, value: str | None) -> str | None:
        if value is None or value.startswith((f"{_FOLDER}/", *_OBJECT_STORES)):
            return value
        raise ValueError(f"is neither file:///… nor one of {', '.join(_OBJECT_STORES)}…")

    @field_validator("master_key")
    @classmethod
    def _has_keys(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            keys_of(value.get_secret_value())
        return value

    @field_validator("*", mode="before")
    @classmethod
    def _split_lists(cls, value: Any, info: Any) -> Any:
        if isinstance(value, str) and info.field_name.endswith("_endpoints"):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("tls_cert", "tls_key", "tls_ca", "tls_clients", "consul_ca", mode="before")
    @classmethod
    def _no_file(cls, value: Any) -> Any:
        return None if value == "" else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: arguments, environment, file. No .env file is read."""
        toml = TomlConfigSettingsSource(settings_cls, config_file())
        return init_settings, env_settings, toml

    @property
    def tls(self) -> TlsFiles:
        """The files of TLS."""
        return TlsFiles(self.tls_cert, self.tls_key, self.tls_ca, self.tls_clients)

    @property
    def consul_agent(self) -> ConsulAgent:
        """The Consul agent; of no use where `consul` names none."""
        token = "" if self.consul_token is None else self.consul_token.get_secret_value()
        return ConsulAgent(self.consul or "", token, str(self.consul_ca or ""))

    @property
    def models_path(self) -> Path:
        """Folder of the model files."""
        return self.model_dir or self.data_dir / "models"

    @property
    def artifacts_path(self) -> Path:
        """Folder of the artifact store, or of the cache of an object store."""
        url = self.artifact_url or ""
        if url.startswith(_FOLDER):
            return Path(unquote(url.removeprefix(_FOLDER)))
        return self.data_dir / "artifacts"

    @property
    def object_store(self) -> str | None:
        """URL of the object store that holds the artifacts; None = they lie in a folder."""
        url = self.artifact_url
        return None if url is None or url.startswith(_FOLDER) else url

    @property
    def keys_path(self) -> Path:
        """Folder of the keys of the installation."""
        return self.key_dir or self.data_dir

    @property
    def work_path(self) -> Path:
        """Folder of what jobs decode and open."""
        return self.work_dir or self.data_dir

    @property
    def opened_path(self) -> Path:
        """Folder of plain copies of sealed artifacts, while programs need a path."""
        return self.work_path / "opened"

    def seal(self) -> Seal:
        """Return what seals, its key made where none is given and there is none yet.

        Raises:
            VidereError: KEY_MISSING, no key can be had; STORE_FAILED, the key's file is none.
        """
        return self._seal(lambda: secrets.token_bytes(KEY_BYTES))

    def known_seal(self) -> Seal:
        """Return what seals; its key has to be there.

        Raises:
            VidereError: see `seal`.
        """
        return self._seal(None)

    def _seal(self, make: Callable[[], bytes] | None) -> Seal:
        from videre.common.sealing import Seal  # 7 MB that services do without

        if self.master_key is not None:
            return Seal(*keys_of(self.master_key.get_secret_value()))
        if self.master_key_command is not None:
            return Seal(*keys_by_command(self.master_key_command.get_secret_value()))
        return Seal(*keys_in_file(self.keys_path / "master.key", make))

    def endpoints(self, service: str) -> tuple[str, ...]:
        """Return the endpoints of "visual", "ocr", "asr", "audio" or "production"."""
        found: tuple[str, ...] = getattr(self, f"{service}_endpoints")
        return found

    @classmethod
    def origins(cls) -> dict[str, Origin]:
        """Return where a new object of this class takes each of its values from."""
        environment = EnvSettingsSource(cls)()
        file = TomlConfigSettingsSource(cls, config_file())()
        return {
            name: Origin.ENVIRONMENT
            if name in environment
            else Origin.FILE
            if name in file
            else Origin.DEFAULT
            for name in cls.model_fields
        }

    def effective(self) -> dict[str, Any]:
        """Return the values in force as plain data, secrets masked (`videre config show`)."""
        shown: dict[str, Any] = {}
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, SecretStr) or (is_secret(name) and value):
                shown[name] = MASK
            elif isinstance(value, tuple):
                shown[name] = [redact(str(item)) for item in value]
            elif isinstance(value, str | Path):
                shown[name] = redact(str(value))
            else:
                shown[name] = value
        return shown


class Origin(StrEnum):
    """Where a value in force comes from."""

    DEFAULT = "default"
    FILE = "file"
    ENVIRONMENT = "environment"


def config_file() -> Path | None:
    """Return the configuration file in force, or None.

    Raises:
        FileNotFoundError: `VIDERE_CONFIG` names a file that is not there.
    """
    named = os.environ.get(_CONFIG_ENV)
    path = Path(named or _DEFAULT_FILE)
    if path.is_file():
        return path
    if named:
        raise FileNotFoundError(f"{_CONFIG_ENV} names {path}, which is not there")
    return None
