"""Runs what an overlay says: commands, arguments, variables, files, users, ports, probes, grace.

Every pod has a network, an address and a root file system of its own (`nodes`); services are names
with the addresses of the pods that are ready. An image is this machine's interpreter with the entry
point and variables of its target in docker/Dockerfile. Not done: limits of memory and processor,
network policies (there is no way out of the network at all), scaling, and moving pods.
"""

from __future__ import annotations

import math
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from manifests import ROOT, Object, of_kind
from nodes import Mount, Node, contained

_DOCKERFILE: Final = (ROOT / "docker" / "Dockerfile").read_text()
_JOB_S: Final = 120.0
_PROBE: Final = """
import sys, grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
with grpc.insecure_channel(sys.argv[1]) as channel:
    answer = health_pb2_grpc.HealthStub(channel).Check(
        health_pb2.HealthCheckRequest(), timeout=float(sys.argv[2]))
sys.exit(answer.status != health_pb2.HealthCheckResponse.SERVING)
"""


@dataclass
class Pod:
    """A pod that runs.

    Args:
        network: process that holds its network.
        processes: its containers by name.
    """

    name: str
    labels: dict[str, str]
    spec: Object
    network: int
    address: str
    folder: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def log(self, container: str) -> str:
        """Return what a container has said."""
        return (self.folder / f"{container}.log").read_text()


class Kubelet:
    """Runs the pods of rendered objects on a node.

    Args:
        secrets: files or variables by the name of the secret, then by key.
        volumes: what is in a claim before a pod uses it, by its name.
    """

    def __init__(
        self,
        node: Node,
        objects: tuple[Object, ...],
        secrets: dict[str, dict[str, str]],
        volumes: dict[str, Path] | None = None,
    ) -> None:
        self._node, self._objects, self._secrets = node, objects, secrets
        self._volumes = volumes or {}
        self.pods: list[Pod] = []

    def run_jobs(self) -> None:
        """Run every Job to its end."""
        for job in of_kind(self._objects, "Job"):
            pod = self._make(job, 0)
            for name, process in pod.processes.items():
                assert process.wait(_JOB_S) == 0, pod.log(name)

    def run_deployments(self) -> None:
        """Start every pod of every Deployment, and wait until all are ready."""
        started = [
            self._make(one, number)
            for one in of_kind(self._objects, "Deployment")
            for number in range(one["spec"]["replicas"])
        ]
        self.pods += started
        for pod in started:
            self._await(pod)
            self._announce()

    def stop(self, pod: Pod) -> float:
        """End a pod as a rollout does; return how long it took, in seconds."""
        self.pods.remove(pod)
        self._announce()
        begun = time.monotonic()
        for process in pod.processes.values():
            _signal(process, signal.SIGTERM)
        for name, process in pod.processes.items():
            code = process.wait(pod.spec["terminationGracePeriodSeconds"])
            assert code == 0, f"{pod.name} ended with {code}: {pod.log(name)[-2_000:]}"
        return time.monotonic() - begun

    def kill(self) -> None:
        """End everything at once."""
        for pod in self.pods:
            for process in pod.processes.values():
                _signal(process, signal.SIGKILL)
                process.wait()
        self.pods.clear()

    def named(self, name: str) -> list[Pod]:
        """Return the pods of a Deployment."""
        return [pod for pod in self.pods if pod.name.rpartition("-")[0] == name]

    def _make(self, owner: Object, number: int) -> Pod:
        template = owner["spec"]["template"]
        network, address = self._node.pod()
        name = f"{owner['metadata']['name']}-{number}"
        folder = self._node.folder / name
        folder.mkdir()
        labels, spec = template["metadata"]["labels"], template["spec"]
        pod = Pod(name, labels, spec, network, address, folder)
        for container in spec.get("initContainers", ()):
            process = self._start(pod, container)
            assert process.wait(_JOB_S) == 0, pod.log(container["name"])
        for container in spec["containers"]:
            pod.processes[container["name"]] = self._start(pod, container)
        return pod

    def _start(self, pod: Pod, container: Object) -> subprocess.Popen[bytes]:
        name = container["name"]
        entry, environment = image(container["image"])
        environment |= dict(self._variables(container))
        command = [*container.get("command", entry), *container.get("args", ())]
        if command[0] == "python":
            command[0] = sys.executable
        own = pod.spec["securityContext"]
        user = own["runAsUser"], own["runAsGroup"]
        root = pod.folder / f"{name}.root"
        mounts = list(self._mounts(pod, container))
        domain = f"{self._namespace}.svc.cluster.local"
        with (pod.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                contained(pod.network, root, mounts, domain, user, command, environment),
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    @property
    def _namespace(self) -> str:
        return str(of_kind(self._objects, "Namespace")[0]["metadata"]["name"])

    def _variables(self, container: Object) -> Iterator[tuple[str, str]]:
        maps = {one["metadata"]["name"]: one["data"] for one in of_kind(self._objects, "ConfigMap")}
        for source in container.get("envFrom", ()):
            if "configMapRef" in source:
                yield from maps[source["configMapRef"]["name"]].items()
            else:
                yield from self._secrets[source["secretRef"]["name"]].items()
        for one in container.get("env", ()):
            if "value" in one:
                yield one["name"], one["value"]
            else:
                resource = one["valueFrom"]["resourceFieldRef"]["resource"]
                kind, _, which = resource.partition(".")
                yield one["name"], str(math.ceil(_quantity(container["resources"][kind][which])))

    def _mounts(self, pod: Pod, container: Object) -> Iterator[Mount]:
        volumes = {one["name"]: one for one in pod.spec["volumes"]}
        for mount in container["volumeMounts"]:
            volume = volumes[mount["name"]]
            folder = pod.folder / mount["name"]
            if "persistentVolumeClaim" in volume:
                claim = volume["persistentVolumeClaim"]["claimName"]
                folder = self._volumes.setdefault(claim, self._node.folder / claim)
            if not folder.exists():
                folder.mkdir()
                if "secret" in volume:
                    mode = volume["secret"].get("defaultMode", 0o644)
                    for key, text in self._secrets[volume["secret"]["secretName"]].items():
                        (folder / key).write_text(text)
                        _own(folder / key, pod, mode)
                _own(folder, pod, 0o2770)
            yield Mount(folder, mount["mountPath"], mount.get("readOnly", False))

    def _announce(self) -> None:
        """Tell the names of services: each has the addresses of its pods that are ready."""
        self._node.names.addresses = {
            f"{one['metadata']['name']}.{self._namespace}.svc.cluster.local": [
                pod.address
                for pod in self.pods
                if one["spec"]["selector"].items() <= pod.labels.items() and self._ready(pod)
            ]
            for one in of_kind(self._objects, "Service")
        }

    def _ready(self, pod: Pod) -> bool:
        return all(
            process.poll() is None and self._asked(pod, container["readinessProbe"]) == ""
            for process, container in zip(
                pod.processes.values(), pod.spec["containers"], strict=True
            )
        )

    def _await(self, pod: Pod) -> None:
        """Ask the startup probe as often as it says, then the other two."""
        for container in pod.spec["containers"]:
            probe, name = container["startupProbe"], container["name"]
            for _ in range(probe["failureThreshold"]):
                assert pod.processes[name].poll() is None, f"{pod.name}: {pod.log(name)}"
                why = self._asked(pod, probe)
                if not why:
                    break
                time.sleep(probe["periodSeconds"])
            else:
                raise AssertionError(f"{pod.name} does not start: {why}\n{pod.log(name)}")
            assert self._asked(pod, container["livenessProbe"]) == "", pod.name

    def _asked(self, pod: Pod, probe: Object) -> str:
        """Return "" where a probe succeeds, else why not."""
        if "tcpSocket" in probe:
            return "" if self._node.answers(pod.address, probe["tcpSocket"]["port"]) else "closed"
        target, timeout_s = f"{pod.address}:{probe['grpc']['port']}", probe.get("timeoutSeconds", 1)
        try:
            self._node.run(sys.executable, "-c", _PROBE, target, str(timeout_s), timeout_s=30)
        except AssertionError as error:
            return str(error)[-300:]
        return ""


def image(name: str) -> tuple[list[str], dict[str, str]]:
    """Return the entry point and the variables of an image, as its Dockerfile has them."""
    (target,) = re.findall(r"videre/([a-z]+)[:@]", name)
    runtime = _DOCKERFILE[_DOCKERFILE.index(" AS runtime\n") :]
    (own,) = re.findall(rf"AS {target}\n(.*?)(?:\n\n|\Z)", runtime, re.S)
    entry = re.findall(r'"([^"]+)"', re.findall(r"^ENTRYPOINT (.*)$", own, re.M)[0])
    variables = re.findall(r"^ENV ((?:.|\\\n)*?)$(?<!\\)", runtime, re.M)[0]
    pairs = dict(re.findall(r"(\w+)=(\S+)", variables.replace("\\\n", " ")))
    return entry, pairs | {"PATH": os.environ["PATH"]}


def _quantity(text: str | int) -> float:
    return int(str(text)[:-1]) / 1_000 if str(text).endswith("m") else float(text)


def _own(path: Path, pod: Pod, mode: int) -> None:
    os.chown(path, 0, pod.spec["securityContext"]["fsGroup"])
    path.chmod(mode)


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    if process.poll() is None:
        os.killpg(process.pid, number)
