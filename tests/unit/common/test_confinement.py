"""What a confined process can reach: its own files, and nothing else of the machine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from canaries import canaries

from videre.common.confinement import landlock_version

#: Tries everything in turn; prints what could be done.
PROGRAM = """
import json, os, socket, subprocess, sys, tempfile
from pathlib import Path
from videre.common.confinement import give_up_files, leave_network

own, out, other, port = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
network = "--network" in sys.argv and leave_network()
files = give_up_files([own], [out])
can = {"network taken": network, "files taken": files}

def tried(name, work):
    try:
        work()
    except OSError:
        can[name] = False
    else:
        can[name] = True

def connect(host, port, kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as one:
        one.settimeout(5)
        one.connect((host, port))

def link():
    os.link(other, out / "link")

tried("read own", own.read_bytes)
tried("write own", lambda: own.write_bytes(b"x"))
tried("write below", lambda: (out / "made").write_bytes(b"x"))
tried("rename below", lambda: (out / "made").rename(out / "named"))
tried("import", lambda: __import__("xml.dom.minidom"))
tried("read other", other.read_bytes)
tried("write other", lambda: other.write_bytes(b"x"))
tried("remove other", other.unlink)
tried("list other", lambda: list(other.parent.iterdir()))
tried("link other", link)
tried("read passwords", Path("/etc/passwd").read_bytes)
tried("read environment", Path("/proc/self/environ").read_bytes)
tried("read parent", Path(f"/proc/{os.getppid()}/environ").read_bytes)
tried("make anywhere", lambda: tempfile.TemporaryFile(dir=other.parent))
tried("start", lambda: subprocess.run([sys.executable, "-c", ""]))
tried("connect", lambda: connect("127.0.0.1", port))
tried("send", lambda: connect("192.0.2.1", 9, socket.SOCK_DGRAM))
print(json.dumps(can))
"""
ALLOWED = {"read own", "write below", "rename below", "import"}


#: Reads a file that another one is put in the place of.
REPLACED = """
import sys
from pathlib import Path
from videre.common.confinement import give_up_files, held

own, other = Path(sys.argv[1]), Path(sys.argv[2])
name = held(own)
other.replace(own)
give_up_files([name], [])
try:
    replaced = own.read_text()
except PermissionError:
    replaced = "forbidden"
print(name.read_text(), name.read_text(), replaced)
"""


def can(tmp_path: Path, *options: str) -> dict[str, bool]:
    """Return what a process could do that was confined to one file and one folder."""
    own, out, other = tmp_path / "own", tmp_path / "out", tmp_path / "other" / "secret"
    out.mkdir()
    other.parent.mkdir()
    own.write_text("own")
    other.write_text("secret")
    with canaries(other.parent) as (listeners, folder):
        places = [str(own), str(out), str(other), str(listeners.port)]
        program = [sys.executable, "-c", PROGRAM, *places, *options]
        done = subprocess.run(program, capture_output=True, text=True, check=True, timeout=120)
        assert not listeners.reached()
        assert not folder.touched()
    assert other.read_text() == "secret"
    found: dict[str, bool] = json.loads(done.stdout)
    return found


@pytest.mark.skipif(landlock_version() < 4, reason="this kernel has no Landlock of version 4")
@pytest.mark.parametrize("options", [(), ("--network",)], ids=["files", "files and network"])
def test_a_confined_process_reaches_its_own_files_and_nothing_else(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    found = can(tmp_path, *options)
    assert found.pop("files taken")
    network = found.pop("network taken")
    if not network:
        del found["send"]  # without a namespace, packets leave
    assert {name for name, could in found.items() if could} == ALLOWED
    if options and not network:
        pytest.skip("files were tried alone: this machine makes no network namespaces")


@pytest.mark.skipif(landlock_version() == 0, reason="this kernel has no Landlock")
def test_a_file_stays_readable_when_another_one_takes_its_place(tmp_path: Path) -> None:
    own, other = tmp_path / "own", tmp_path / "other"
    own.write_text("own")
    other.write_text("other")
    program = [sys.executable, "-c", REPLACED, str(own), str(other)]
    done = subprocess.run(program, capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.split() == ["own", "own", "forbidden"]
