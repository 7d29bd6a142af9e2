"""The client of a web page, made from the .proto files by Connect's generator."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from client_contract import Contract, Server
from client_programs import WEB, compiled


class ByWeb(Contract):
    """A client that speaks no gRPC."""

    by_web = True

    def test_curl_calls_in_json(self, server: Server) -> None:
        if shutil.which("curl") is None:
            pytest.skip("this machine has no curl")
        answer = subprocess.run(
            ["curl", "-sS", "--cacert", server.authority, "-H", "content-type: application/json",
             "-H", f"authorization: Bearer {server.key}", "-d", '{"pageSize": 1}',
             f"https://{server.target}/videre.v1.JobService/ListJobs"],
            capture_output=True, check=True, timeout=30,
        )  # fmt: skip
        assert "error" not in json.loads(answer.stdout)


@compiled
class TestConnect(ByWeb):
    """By Connect, in JSON."""

    language = WEB["connect"]


@compiled
class TestGrpcWeb(ByWeb):
    """By gRPC-Web, in protobuf."""

    language = WEB["grpc-web"]
