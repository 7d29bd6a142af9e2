"""What the overlays render to: whole, valid for three versions of Kubernetes, and closed."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import kubernetes_validate
import pytest
import yaml
from kubernetes_validate import utils
from manifests import Object, of_kind, rendered

from videre.common.config import PORTS, Settings
from videre.orchestrator.settings import OrchestratorSettings

ROOT = Path(__file__).parents[3]
OVERLAYS = ("dev", "prod", "prod-tls", "consul", "gpu", "airgapped")
VERSIONS = ("1.33", "1.35", "1.37")
#: `prod` for all versions, the others for the newest; the gate checks the rest.
CHECKED = [
    pytest.param(
        overlay, version,
        marks=[] if overlay == "prod" or version == VERSIONS[-1] else [pytest.mark.long],
    )
    for overlay in OVERLAYS
    for version in VERSIONS
]  # fmt: skip
#: Of operators: their schemas are not Kubernetes'.
FOREIGN = {"ServiceMonitor", "PrometheusRule", "Certificate", "ExternalSecret"}
SERVICES = ("visual", "ocr", "asr", "audio", "production")


@pytest.fixture(scope="module", autouse=True)
def schemas_are_read_once() -> Iterator[None]:
    """The library reads a version's definitions, megabytes of JSON, anew for every object."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(utils, "schema_contents", cache(utils.schema_contents))
        yield


@pytest.fixture(params=OVERLAYS)
def objects(request: pytest.FixtureRequest) -> tuple[Object, ...]:
    return rendered(request.param)


def pods(objects: tuple[Object, ...]) -> Iterator[tuple[str, Object, Object]]:
    """Yield name, labels and specification of every pod."""
    for one in of_kind(objects, "Deployment", "Job"):
        template = one["spec"]["template"]
        yield one["metadata"]["name"], template["metadata"]["labels"], template["spec"]


def containers(objects: tuple[Object, ...]) -> Iterator[tuple[str, Object]]:
    for name, _, spec in pods(objects):
        for one in (*spec.get("initContainers", ()), *spec["containers"]):
            yield name, one


def selected(selector: Object, labels: Object) -> bool:
    """Tell whether a label selector takes a pod."""
    wanted = selector.get("matchLabels", {}).items()
    lists = selector.get("matchExpressions", ())
    assert all(one["operator"] == "In" for one in lists)
    return all(labels.get(key) == value for key, value in wanted) and all(
        labels.get(one["key"]) in one["values"] for one in lists
    )


@pytest.mark.parametrize(("overlay", "version"), CHECKED)
def test_objects_are_valid(overlay: str, version: str) -> None:
    own = [one for one in rendered(overlay) if one["kind"] not in FOREIGN]
    assert len(own) > 25
    seen = () if overlay == "prod" else rendered("prod")  # they are checked there
    for one in own:
        if one not in seen:
            kubernetes_validate.validate(one, version, strict=True)


def test_a_wrong_object_would_be_seen() -> None:
    wrong = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "x"},
             "spec": {"replica": 1}}  # fmt: skip
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[0], strict=True)


def test_everything_is_in_the_namespace_which_is_restricted(objects: tuple[Object, ...]) -> None:
    cluster = {"Namespace", "PriorityClass"}
    assert {one["metadata"].get("namespace") for one in objects if one["kind"] not in cluster} == {
        "videre"
    }
    (namespace,) = of_kind(objects, "Namespace")
    labels = namespace["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


def test_pods_have_no_rights(objects: tuple[Object, ...]) -> None:
    for name, _, spec in pods(objects):
        assert spec["automountServiceAccountToken"] is False, name
        assert spec["serviceAccountName"] == "videre"
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["runAsUser"] > 0
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not any(spec.get(key) for key in ("hostNetwork", "hostPID", "hostIPC"))
        assert not [one for one in spec["volumes"] if "hostPath" in one]
    for name, one in containers(objects):
        context = one["securityContext"]
        assert context["readOnlyRootFilesystem"] is True, name
        assert context["allowPrivilegeEscalation"] is False
        assert context["capabilities"] == {"drop": ["ALL"]}
    (account,) = of_kind(objects, "ServiceAccount")
    assert account["automountServiceAccountToken"] is False
    assert not of_kind(objects, "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")


def test_containers_are_bounded_and_their_images_pinned(objects: tuple[Object, ...]) -> None:
    for name, one in containers(objects):
        assert one["resources"]["requests"]["cpu"]
        assert one["resources"]["requests"]["memory"], name
        assert one["resources"]["limits"]["memory"]
        assert re.fullmatch(r"(\S+/)?videre/[a-z-]+(:\d+\.\d+\.\d+|@sha256:\w{64})", one["image"])
    for name, _, spec in pods(objects):
        sizes = [one["emptyDir"].get("sizeLimit") for one in spec["volumes"] if "emptyDir" in one]
        assert all(sizes), name


def test_servers_are_probed_and_have_time_to_drain(objects: tuple[Object, ...]) -> None:
    (config,) = of_kind(objects, "ConfigMap")
    drain_s = float(config["data"]["VIDERE_DRAIN_SECONDS"])
    for one in of_kind(objects, "Deployment"):
        spec = one["spec"]["template"]["spec"]
        (server,) = spec["containers"]
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            assert server[probe].keys() & {"grpc", "tcpSocket"}, one["metadata"]["name"]
        assert server["startupProbe"]["failureThreshold"] * 5 >= 300
        assert spec["terminationGracePeriodSeconds"] > drain_s


def test_nothing_flows_but_what_is_named(objects: tuple[Object, ...]) -> None:
    policies = {one["metadata"]["name"]: one["spec"] for one in of_kind(objects, "NetworkPolicy")}
    closed = policies.pop("deny-all")
    assert closed == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for name, one in policies.items():
        for flow in (*one.get("ingress", ()), *one.get("egress", ())):
            assert flow["ports"], name
            assert flow.get("from") or flow.get("to"), name


def test_every_call_between_pods_is_let_through(objects: tuple[Object, ...]) -> None:
    """Who has jobs reaches every service at its port: out of the one, into the other."""
    policies = [one["spec"] for one in of_kind(objects, "NetworkPolicy")]
    labels = {name: own for name, own, _ in pods(objects)}
    callers = [name for name in ("orchestrator", "api", "worker") if name in labels]
    assert callers

    def open_to(name: str, direction: str, side: str, port: int) -> list[Object]:
        return [
            peer["podSelector"]
            for spec in policies
            if selected(spec["podSelector"], labels[name])
            for flow in spec.get(direction, ())
            if {"protocol": "TCP", "port": port} in flow["ports"]
            for peer in flow[side]
            if "podSelector" in peer
        ]

    for caller, service in itertools.product(callers, SERVICES):
        out = open_to(caller, "egress", "to", PORTS[service])
        into = open_to(service, "ingress", "from", PORTS[service])
        assert any(selected(one, labels[service]) for one in out), (caller, service)
        assert any(selected(one, labels[caller]) for one in into), (caller, service)


def test_services_find_their_pods_by_name_and_port(objects: tuple[Object, ...]) -> None:
    found = {one["metadata"]["name"]: one["spec"] for one in of_kind(objects, "Service")}
    (config,) = of_kind(objects, "ConfigMap")
    servers = {name: (labels, spec["containers"][0]) for name, labels, spec in pods(objects)}
    for service in SERVICES:
        name = f"consul:///videre-{service}" if "VIDERE_CONSUL" in config["data"] else (
            f"dns:///{service}:{PORTS[service]}"
        )  # fmt: skip
        assert config["data"][f"VIDERE_{service.upper()}_ENDPOINTS"] == name
        assert found[service]["clusterIP"] == "None", "its name has the addresses of all pods"
    for name, spec in found.items():
        taken = [
            one for labels, one in servers.values() if spec["selector"].items() <= labels.items()
        ]
        assert len(taken) == 1, name
        ports = {port["name"] for port in taken[0]["ports"]}
        assert {port["targetPort"] for port in spec["ports"]} <= ports


def test_every_variable_is_a_setting(objects: tuple[Object, ...]) -> None:
    known = {f"VIDERE_{name.upper()}" for name in OrchestratorSettings.model_fields}
    (config,) = of_kind(objects, "ConfigMap")
    given = set(config["data"])
    for _, one in containers(objects):
        given |= {variable["name"] for variable in one.get("env", ())}
    assert given <= known
    secret = {f"VIDERE_{name.upper()}" for name in ("database_url",)}
    assert not secret & given, "secrets come from secrets"


def test_the_settings_of_the_overlay_are_taken(
    objects: tuple[Object, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    (config,) = of_kind(objects, "ConfigMap")
    for name, value in config["data"].items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("VIDERE_DATABASE_URL", "postgresql://videre@db/videre")
    for _, one in containers(objects):
        with monkeypatch.context() as patch:
            for variable in one.get("env", ()):
                patch.setenv(variable["name"], variable.get("value", "1"))
            Settings()
            OrchestratorSettings()


def test_budgets_and_scalers_name_what_is_there(objects: tuple[Object, ...]) -> None:
    labels = {name: own for name, own, _ in pods(objects)}
    budgets = of_kind(objects, "PodDisruptionBudget")
    for one in budgets:
        assert any(selected(one["spec"]["selector"], own) for own in labels.values())
    for one in of_kind(objects, "HorizontalPodAutoscaler"):
        assert one["spec"]["scaleTargetRef"]["name"] in labels
        assert one["spec"]["minReplicas"] >= 2, "one may be moved while the others serve"


def test_with_sqlite_there_is_one_orchestrator() -> None:
    (one,) = [o for o in of_kind(rendered("dev"), "Deployment")
              if o["metadata"]["name"] == "orchestrator"]  # fmt: skip
    assert one["spec"]["replicas"] == 1
    assert one["spec"]["strategy"] == {"type": "Recreate"}


def test_with_tls_no_server_speaks_plain_text() -> None:
    objects = rendered("prod-tls")
    (config,) = of_kind(objects, "ConfigMap")
    assert config["data"]["VIDERE_INSECURE_BIND"] == "false"
    for one in of_kind(objects, "Deployment"):
        spec = one["spec"]["template"]["spec"]
        (server,) = spec["containers"]
        assert "grpc" not in server["readinessProbe"], "Kubernetes' gRPC probes speak no TLS"
        assert any(mount["mountPath"] == "/tls" for mount in server["volumeMounts"])
        assert any(volume["name"] == "tls" for volume in spec["volumes"])
    (certificate,) = of_kind(objects, "Certificate")
    names = {one["metadata"]["name"] for one in of_kind(objects, "Service")}
    assert names <= set(certificate["spec"]["dnsNames"])


def test_with_consul_every_process_tells_its_own_address_and_may_reach_the_registry() -> None:
    objects = rendered("consul")
    (policy,) = [o["spec"] for o in of_kind(objects, "NetworkPolicy")
                 if o["metadata"]["name"] == "registry"]  # fmt: skip
    for one in of_kind(objects, "Deployment"):
        template = one["spec"]["template"]
        (server,) = template["spec"]["containers"]
        told = {each["name"]: each.get("valueFrom") for each in server["env"]}
        assert told["VIDERE_ADVERTISE"] == {"fieldRef": {"fieldPath": "status.podIP"}}
        assert selected(policy["podSelector"], template["metadata"]["labels"])


def test_services_with_engines_of_torch_have_a_gpu_each_and_their_images() -> None:
    objects = rendered("gpu")
    with_gpu = {
        name: one["image"] for name, one in containers(objects)
        if one["resources"]["limits"].get("nvidia.com/gpu") == 1
    }  # fmt: skip
    assert set(with_gpu) == {"visual", "ocr", "asr"}
    for name, image in with_gpu.items():
        assert f"videre/{name}-torch" in image
        assert (ROOT / "locks" / f"torch-{name}.txt").is_file()


def test_without_a_network_models_lie_where_services_look_for_them() -> None:
    objects = rendered("airgapped")
    (config,) = of_kind(objects, "ConfigMap")
    filled = {name: one for name, one in containers(objects) if one["name"] == "models"}
    assert set(filled) == set(SERVICES)
    (place,) = re.findall(r"^COPY .* (/\S+)$",
                          (ROOT / "docker" / "models.Dockerfile").read_text(), re.M)  # fmt: skip
    for one in filled.values():
        assert one["command"] == ["cp", "-R", place, f"{config['data']['VIDERE_DATA_DIR']}/"]
    assert place == f"/{Settings(data_dir=Path('/data')).models_path.relative_to('/data')}"


def test_prometheus_is_given_the_rules_that_are_tested_and_the_job_that_they_name() -> None:
    objects = rendered("prod")
    (rule,) = [one for one in objects if one["kind"] == "PrometheusRule"]
    assert rule["spec"] == yaml.safe_load((ROOT / "monitoring" / "alerts.yaml").read_text())
    (monitor,) = [one for one in objects if one["kind"] == "ServiceMonitor"]
    label = monitor["spec"]["jobLabel"]
    watched = [one for one in objects if one["kind"] == "Service"]
    assert {one["metadata"]["labels"][label] for one in watched} == {"videre"}
