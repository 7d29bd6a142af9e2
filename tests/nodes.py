"""A network of its own with pods in it, each with addresses, files and a user of its own (Linux).

Made of the kernel's namespaces, as a kubelet does it, and gone with the processes that hold them:
nothing is left on the machine. Needs root. There is no way out of the network but what `open_to`
lets through.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import shutil
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest
from doubles.dns import Names

T = TypeVar("T")
ROOT: Final = Path(__file__).parents[1]
_CLONE_NEWNET: Final = 0x40000000
_GATE: Final = "10.77.0.1"
_DEADLINE_S: Final = 10.0
#: What an image has of the machine: programs and libraries, the interpreter, Videre.
_IMAGE: Final = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc")
_DEVICES: Final = ("null", "zero", "full", "random", "urandom")


@dataclass(frozen=True, slots=True)
class Mount:
    """A folder of the machine at a place in a container."""

    source: Path
    target: str
    read_only: bool = False


def require_namespaces() -> None:
    """Skip the test where no namespaces can be made."""
    needed = ("unshare", "nsenter", "ip", "chroot", "setpriv")
    if os.geteuid() != 0 or not all(map(shutil.which, needed)):
        pytest.skip("pods need Linux, root, util-linux and iproute2")
    made = subprocess.run(["unshare", "--net", "--mount", "true"], capture_output=True)
    if made.returncode:
        pytest.skip("this machine makes no namespaces")


class Node:
    """The network that pods are in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._count = 1
        self._held = contextlib.ExitStack()
        self.names = Names({})
        self._holder = self._hold("unshare", "--net", "sleep", "infinity")
        for words in ("link add br0 type bridge", "link set br0 up", "link set lo up",
                      f"addr add {_GATE}/16 dev br0"):  # fmt: skip
            self.ip(words)
        self._serve_names()

    def close(self) -> None:
        """End everything that is in it."""
        self._held.close()

    def _hold(self, *command: str) -> int:
        """Run a process that holds a network; return its id once it has one of its own."""
        process = subprocess.Popen(command)
        self._held.callback(process.wait)
        self._held.callback(process.kill)
        own = os.readlink("/proc/self/ns/net")
        _until(lambda: os.readlink(f"/proc/{process.pid}/ns/net") != own, "a network")
        return process.pid

    def ip(self, words: str, pid: int | None = None) -> None:
        """Run `ip` in the network of the node, or in that of a pod."""
        inside = ["nsenter", "-t", str(pid or self._holder), "--net", "ip", *words.split()]
        subprocess.run(inside, check=True)

    def pod(self) -> tuple[int, str]:
        """Make the network of a pod; return the process that holds it, and the pod's address."""
        pid = self._hold("unshare", "--net", "sleep", "infinity")
        self._count += 1
        name, address = f"v{self._count}", f"10.77.{self._count // 250}.{self._count % 250 + 2}"
        self.ip(f"link add {name} type veth peer name eth0 netns {pid}")
        self.ip(f"link set {name} master br0 up")
        self.ip(f"addr add {address}/16 dev eth0", pid)
        self.ip("link set eth0 up", pid)
        self.ip("link set lo up", pid)
        return pid, address

    def inside(self, work: Callable[[], T]) -> T:
        """Do something in the node's network: sockets that it makes are there."""
        found: list[T] = []
        failed: list[BaseException] = []

        def enter() -> None:
            try:
                with open(f"/proc/{self._holder}/ns/net") as place:
                    libc = ctypes.CDLL(None, use_errno=True)
                    if libc.setns(place.fileno(), _CLONE_NEWNET):
                        raise OSError(ctypes.get_errno(), "setns")
                found.append(work())
            except BaseException as error:
                failed.append(error)

        thread = threading.Thread(target=enter)  # a thread of its own: what it entered goes with it
        thread.start()
        thread.join()
        if failed:
            raise failed[0]
        return found[0]

    def answers(self, address: str, port: int) -> bool:
        """Tell whether somebody listens."""

        def connect() -> bool:
            with contextlib.suppress(OSError), socket.create_connection((address, port), 3):
                return True
            return False

        return self.inside(connect)

    def run(
        self, *command: str, timeout_s: float, pid: int | None = None, **environment: str
    ) -> str:
        """Run a program of this machine in the node's network, or a pod's; return what it prints.

        Raises:
            AssertionError: it failed.
        """
        ran = subprocess.run(
            ["nsenter", "-t", str(pid or self._holder), "--net", *command],
            env=os.environ | environment, capture_output=True, text=True, timeout=timeout_s,
        )  # fmt: skip
        assert ran.returncode == 0, f"{command}: {ran.stdout}{ran.stderr}"
        return ran.stdout

    def open_to(self, target: tuple[str, int] | str) -> str:
        """Let pods reach a port or a socket of this machine; return where."""

        def connect() -> socket.socket:
            if not isinstance(target, str):
                return socket.create_connection(target)
            made = socket.socket(socket.AF_UNIX)
            made.connect(target)
            return made

        class Passes(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                _join(self.request, connect())

        def listen() -> socket.socket:
            return socket.create_server((_GATE, 0))

        server = _Server((_GATE, 0), Passes, bind_and_activate=False)
        server.socket.close()
        server.socket = self.inside(listen)
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
        self._held.callback(server.server_close)
        self._held.callback(server.shutdown)
        return f"{_GATE}:{server.socket.getsockname()[1]}"

    def _serve_names(self) -> None:
        def listen() -> socket.socket:
            made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            made.bind((_GATE, 53))
            made.setblocking(False)
            return made

        own, loop = self.inside(listen), asyncio.new_event_loop()

        def serve() -> None:
            made: Any = loop.create_datagram_endpoint(lambda: self.names, sock=own)
            transport, _ = loop.run_until_complete(made)
            loop.run_forever()
            transport.close()
            loop.run_until_complete(asyncio.sleep(0))
            loop.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        self._held.callback(thread.join)
        self._held.callback(loop.call_soon_threadsafe, loop.stop)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


def _join(one: socket.socket, other: socket.socket) -> None:
    """Pass bytes both ways until both sides have said everything."""

    def pump(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    back = threading.Thread(target=pump, args=(other, one), daemon=True)
    back.start()
    pump(one, other)
    back.join()
    one.close()
    other.close()


def contained(
    pid: int,
    root: Path,
    mounts: Sequence[Mount],
    search: str,
    user: tuple[int, int],
    command: Sequence[str],
    environment: dict[str, str],
) -> list[str]:
    """Return the command that runs a container: read-only root, no rights, no other variables.

    Args:
        pid: holds the pod's network.
        root: an empty folder, on which the container's root is put together.
        mounts: what a volume or the node gives it.
        search: domain that names are looked up in.
        user: user and group.
        command: what the container runs.
        environment: what it finds there.
    """
    root.mkdir(parents=True, exist_ok=True)
    etc = root.with_suffix(".etc")
    etc.mkdir(exist_ok=True)
    (etc / "resolv.conf").write_text(f"nameserver {_GATE}\nsearch {search}\noptions ndots:5\n")
    lines = ["set -e", f"R={root}", "mount -t tmpfs -o mode=755 tmpfs $R"]
    for place in _IMAGE:
        if Path(place).is_symlink():
            lines.append(f"ln -s {os.readlink(place)} $R{place}")
        elif Path(place).exists():
            lines += _bound(Mount(Path(place), place, read_only=True))
    lines += ["mkdir $R/proc $R/dev", "mount --rbind /proc $R/proc"]
    for device in _DEVICES:
        lines += [f"touch $R/dev/{device}", f"mount --bind /dev/{device} $R/dev/{device}"]
    shared = ["mkdir -p $R/dev/shm", "mount -t tmpfs -o mode=1777 tmpfs $R/dev/shm"]
    lines += shared
    for mount in sorted(mounts, key=lambda one: one.target):
        lines += _bound(mount)
    for place in dict.fromkeys((sys.base_prefix, sys.prefix, str(ROOT))):
        lines += _bound(Mount(Path(place), place, read_only=True))
    lines += [f"mount --bind {etc}/resolv.conf $R/etc/resolv.conf", "mount -o remount,ro $R"]
    script = "\n".join([*lines, 'exec chroot $R "$@"'])
    own, group = map(str, user)
    rights = ["setpriv", "--reuid", own, "--regid", group, "--clear-groups", "--no-new-privs",
              "--bounding-set=-all"]  # fmt: skip
    variables = [f"{name}={value}" for name, value in environment.items()]
    return ["nsenter", "-t", str(pid), "--net", "unshare", "--mount", "--propagation", "private",
            "sh", "-c", script, "sh", *rights, "env", "-i", *variables, *command]  # fmt: skip


def _bound(mount: Mount) -> list[str]:
    lines = [f"mkdir -p $R{mount.target}", f"mount --bind {mount.source} $R{mount.target}"]
    if mount.read_only:
        lines.append(f"mount -o remount,bind,ro $R{mount.target}")
    return lines


def _until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _DEADLINE_S
    while not holds():
        assert time.monotonic() < deadline, f"no {what}"
        time.sleep(0.01)


@contextlib.contextmanager
def node(folder: Path) -> Iterator[Node]:
    """Make a node for the length of a block."""
    require_namespaces()
    made = Node(folder)
    try:
        yield made
    finally:
        made.close()
