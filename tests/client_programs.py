"""Clients in other languages: built as their pages say, from `tests/clients`, and run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
_SOURCES: Final = ROOT / "tests" / "clients"
_PAGES: Final = ROOT / "docs" / "clients"
#: Compiling what is generated takes minutes on a busy machine.
_BUILD_S: Final = 900.0
_BLOCK: Final = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Language:
    """A language, what building its client needs, and how the built client is called.

    Args:
        needs: programs, and files by their path.
        fetches: whether building loads packages, which a machine without a network cannot.
        environment: what the client reads beside what all read.
    """

    name: str
    needs: tuple[str, ...]
    command: tuple[str, ...]
    fetches: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)


NODE: Final = Language("node", ("node", "npm"), ("node", "contract.mjs"), fetches=True)
GO: Final = Language(
    "go", ("protoc", "go", "protoc-gen-go", "protoc-gen-go-grpc"), ("./contract.out",)
)
CPP: Final = Language(
    "cpp", ("protoc", "g++", "grpc_cpp_plugin", "pkg-config"), ("./contract.out",)
)
JAVA: Final = Language(
    "java",
    ("protoc", "javac", "grpc_java_plugin", "/usr/share/java/netty-tcnative.jar"),
    ("java", "@options", "contract.Main"),
)

#: A web page's client, by either protocol; Node does what a browser would.
WEB: Final = {
    protocol: Language(
        "web",
        ("node", "npm"),
        ("bash", "-c", 'NODE_EXTRA_CA_CERTS=$VIDERE_TLS_CA exec node contract.mjs "$@"', protocol),
        fetches=True,
        environment={"VIDERE_PROTOCOL": protocol},
    )
    for protocol in ("connect", "grpc-web")
}

#: Clients that have to be compiled are left to `.ci/full`.
compiled = pytest.mark.skipif(
    os.environ.get("VIDERE_CLIENTS", "") != "all",
    reason="compiled clients take minutes: VIDERE_CLIENTS=all",
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a client has printed: lines "NAME VALUE"."""

    values: Mapping[str, Sequence[str]]

    def all(self, name: str) -> Sequence[str]:
        """Return every value of a name, in order."""
        return self.values.get(name, [])

    def one(self, name: str) -> str:
        """Return the only value of a name."""
        (value,) = self.values[name]
        return value


@dataclass(frozen=True, slots=True)
class Program:
    """A built client."""

    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]

    def knowing(self, authority: Path, key: str) -> Program:
        """Return the client with whom it trusts and what it shows."""
        more = {"VIDERE_TLS_CA": str(authority), "VIDERE_API_KEY": key}
        return replace(self, environment={**self.environment, **more})

    def start(self, action: str, target: str, *args: str) -> subprocess.Popen[str]:
        """Start an action on a server."""
        return subprocess.Popen(
            [*self.command, action, target, *args],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def tell(self, action: str, target: str, *args: str, timeout_s: float = 90.0) -> Told:
        """Run an action to its end and return what it printed; fail when it fails."""
        process = self.start(action, target, *args)
        try:
            printed, complaints = process.communicate(timeout=timeout_s)
        finally:
            process.kill()
        assert process.returncode == 0, complaints
        return told(printed)


def told(printed: str) -> Told:
    """Read what a client has printed."""
    values: dict[str, list[str]] = defaultdict(list)
    for line in printed.splitlines():
        name, _, value = line.partition(" ")
        values[name].append(value)
    return Told(values)


def blocks(page: Path, kind: str) -> list[str]:
    """Return the fenced blocks of a kind in a page."""
    found = _BLOCK.findall(page.read_text(encoding="utf-8"))
    return [text for name, text in found if name == kind]


def page_of(language: Language) -> Path:
    """Return the page about clients in a language."""
    return _PAGES / f"{language.name}.md"


def build(language: Language, folder: Path) -> Program:
    """Build a client by the commands of its page; skip where what that needs is not there."""
    lacking = [
        need for need in language.needs if shutil.which(need) is None and not Path(need).is_file()
    ]
    if lacking:
        pytest.skip(f"no client in {language.name}: this machine has no {', '.join(lacking)}")
    ignored = shutil.ignore_patterns("node_modules", "*_pb2*", "__pycache__")
    for source in (ROOT / "protos" / "videre" / "v1", _SOURCES / "google"):
        tree = source.relative_to(ROOT / "protos" if "protos" in source.parts else _SOURCES)
        shutil.copytree(source, folder / tree, ignore=ignored)
    shutil.copytree(_SOURCES / language.name, folder, ignore=ignored, dirs_exist_ok=True)
    environment = os.environ | {"VIDERE_PROTOS": str(folder)}
    for commands in blocks(page_of(language), "sh"):
        try:
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", commands],
                cwd=folder, env=environment, capture_output=True, encoding="utf-8",
                timeout=_BUILD_S,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            pytest.skip(f"the client in {language.name} was not built in {_BUILD_S:.0f} s")
        if done.returncode and language.fetches:
            lines = (done.stdout + done.stderr).strip().splitlines()
            pytest.skip(f"packages cannot be had: {lines[-1] if lines else ''}")
        assert done.returncode == 0, done.stdout + done.stderr
    return Program(language.command, folder, environment | language.environment)
