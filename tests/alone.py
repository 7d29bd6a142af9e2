"""Runs a command where there is no network: `python -m tests.alone COMMAND…`, on Linux as root.

The namespace has a loopback of its own and no way out. The kernel counts what was sent all the same
(`OutNoRoutes`: packets without a way); the command fails when there was any.
"""

from __future__ import annotations

import fcntl
import os
import re
import socket
import struct
import subprocess
import sys
from pathlib import Path
from typing import Final

from videre.common.confinement import leave_network

#: From linux/sockios.h and linux/if.h.
_SIOCSIFFLAGS: Final = 0x8914
_UP: Final = 1
#: Exit codes: the machine gives no namespace; something was sent.
REFUSED: Final = 77
SENT: Final = 78


def sent() -> int:
    """Return how many packets of this namespace had no way out."""
    ipv4 = Path("/proc/self/net/snmp").read_text(encoding="ascii")
    names, values = (line.split() for line in ipv4.splitlines() if line.startswith("Ip:"))
    ipv6 = Path("/proc/self/net/snmp6")
    words = ipv6.read_text(encoding="ascii") if ipv6.exists() else ""
    others = re.search(r"^Ip6OutNoRoutes\s+(\d+)", words, re.MULTILINE)
    return int(values[names.index("OutNoRoutes")]) + (int(others[1]) if others else 0)


def enter() -> bool:
    """Move this process into a namespace of its own; tell whether the machine lets it."""
    if os.geteuid() != 0 or not leave_network():
        return False
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        up = struct.pack("16sH14s", b"lo", _UP, b"")
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, up)
    return True


def main() -> int:
    """Run the command; return its exit code, or why it says nothing."""
    if not enter():
        return REFUSED
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        before = sent()
        try:
            any_socket.connect(("192.0.2.1", 9))
        except OSError:
            pass
        else:
            return REFUSED
    counted = sent()
    if counted == before:  # this kernel does not count: nothing could be told
        return REFUSED
    code = subprocess.run(sys.argv[1:], env=os.environ, check=False).returncode
    tried = sent() - counted
    print(f"{tried} packets had no way out", file=sys.stderr)
    return SENT if tried else code


if __name__ == "__main__":
    sys.exit(main())
