"""The labels there are, and a project's own: stored, checked as a whole, pinned in its jobs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from calling import TIMEOUT_S, Api, refused, text_request
from running import Processes

from videre.v1 import analysis_pb2, engine_pb2, job_pb2, taxonomy_pb2, types_pb2

PAGE = Path(__file__).parents[3] / "docs" / "taxonomy.md"


@pytest.fixture
def api(own_api: Api) -> Api:
    """A project without additions, whatever was added before."""
    call(own_api, "ImportOverlay", toml="")
    return own_api


@pytest.fixture
def shared(suite: Processes) -> Iterator[Api]:
    """The orchestrator of other tests, for those that change nothing."""
    with Api(suite.ports.target("orchestrator")) as api:
        yield api


def call(api: Api, name: str, **fields: Any) -> Any:
    request = getattr(taxonomy_pb2, f"{name}Request")(**fields)
    return getattr(api.taxonomy, name)(request, timeout=TIMEOUT_S)


def own(node_id: str, parent: str = "", *, aliases: tuple[str, ...] = (), **names: str) -> Any:
    """A node with names by language; "_" stands for "-"."""
    return taxonomy_pb2.OwnNode(
        node_id=node_id,
        parent_id=parent,
        aliases=aliases,
        names=[
            types_pb2.LocalizedName(language_code=code.replace("_", "-"), name=name)
            for code, name in names.items()
        ],
    )


HUSKY = own("animal.husky", "animal.pet", aliases=("huskies",), en="Husky", zh_Hans="哈士奇")


def etag(api: Api) -> str:
    """That of the additions as they are now."""
    found: str = call(api, "GetTaxonomy").etag
    return found


def nodes(api: Api, **fields: Any) -> list[taxonomy_pb2.TaxonomyNode]:
    request = taxonomy_pb2.ListNodesRequest(**fields)
    found: list[taxonomy_pb2.TaxonomyNode] = []
    while True:
        page = api.taxonomy.ListNodes(request, timeout=TIMEOUT_S)
        found += page.nodes
        request.page_token = page.next_page_token
        if not request.page_token:
            assert page.total_count == len(found)
            return found


# --- reading -----------------------------------------------------------------------------------


def test_every_node_comes_once_and_below_its_parent(shared: Api) -> None:
    about = call(shared, "GetTaxonomy")
    listed = nodes(shared, page_size=1_000)
    assert len(listed) == sum(about.node_counts)
    assert len({node.node_id for node in listed}) == len(listed)
    seen = {""}
    for node in listed:
        assert node.parent_id in seen
        seen.add(node.node_id)
    assert about.version == about.installation_version
    assert (about.overlay_version, about.etag) == (0, "0")
    assert not about.HasField("update_time")


def test_nodes_are_filtered(shared: Api) -> None:
    kinds = nodes(shared, parent_id="tourism")
    assert {node.parent_id for node in kinds} == {"tourism"}
    (landscape,) = [node for node in kinds if node.node_id == "landscape"]
    assert landscape.child_count == len(nodes(shared, parent_id="landscape"))
    assert {node.level for node in nodes(shared, level=1)} == {1}
    (beach,) = nodes(shared, query="沙滩")
    assert (beach.node_id, beach.name) == ("landscape.beach", "Beach")
    (beach,) = nodes(shared, query="LANDSCAPE.BEACH", language_code="zh-Hans")
    assert beach.name == "海滩"
    assert nodes(shared, language_code="tlh") == nodes(shared, own_only=True) == []
    assert nodes(shared, parent_id="nobody") == []


def test_a_node_says_what_leads_to_it_and_what_is_not_there(shared: Api) -> None:
    answer = call(shared, "GetNode", node_id="landscape.beach", language_code="zh-Hans")
    assert answer.node.name == "海滩"
    assert {(m.list, m.class_name) for m in answer.mappings} == {
        ("imagenet1000", "seashore"), ("imagenet1000", "sandbar"),
    }  # fmt: skip
    assert not any(mapping.own for mapping in answer.mappings)
    assert [route.kind for route in answer.routes] == [taxonomy_pb2.ROUTE_KIND_WORDS]
    assert set(answer.silent_services) == {"visual", "ocr", "asr", "audio", "production"}
    named = taxonomy_pb2.LABEL_REACH_NAMED
    assert [item.reach for item in answer.tiers] == [named] * 4
    assert answer.installed == named
    assert not answer.HasField("own")


def test_engines_lead_to_labels(seeing_api: Api) -> None:
    blue = call(seeing_api, "GetNode", node_id="color.blue")
    everything = call(seeing_api, "GetNode", node_id="others")
    (route,) = blue.routes
    assert (route.kind, list(route.class_names)) == (taxonomy_pb2.ROUTE_KIND_CLASS, ["blue"])
    assert (route.tier, route.installed) == (engine_pb2.ENGINE_TIER_BUNDLED, True)
    observed = taxonomy_pb2.LABEL_REACH_OBSERVED
    assert [item.reach for item in blue.tiers] == [observed] * 4
    assert (blue.installed, everything.installed) == (observed, observed)
    assert everything.observed_below > 12


@pytest.mark.parametrize("name", ["GetNode", "DeleteNode"])
def test_a_node_that_is_not_there(shared: Api, name: str) -> None:
    refusal = refused(lambda: call(shared, name, node_id="nobody"))
    assert (refusal.code, refusal.reason) == ("NOT_FOUND", "NODE_NOT_FOUND")
    assert refusal.metadata == {"actual": "nobody"}


# --- changing ----------------------------------------------------------------------------------


def test_an_own_label_is_made_found_changed_and_removed(api: Api) -> None:
    start = int(etag(api))
    made = call(api, "CreateNode", node=HUSKY, etag=str(start))
    assert (made.node.level, made.node.own, made.etag) == (3, True, str(start + 1))
    first = api.ended(text_request("A husky. Two huskies."))
    german = own("animal.husky", aliases=("huskies",), en="Husky", zh_Hans="哈士奇", de="Schlitti")
    assert call(api, "UpdateNode", node=german, etag=made.etag).node.parent_id == "animal.pet"
    call(api, "UpdateNode", node=own("animal.dog", de="Hund"))
    assert {n.node_id for n in nodes(api, own_only=True)} == {"animal.husky", "animal.dog"}
    assert {n.name for n in nodes(api, own_only=True, language_code="de")} == {"Schlitti", "Hund"}
    found = call(api, "GetNode", node_id="animal.husky")
    assert {x.language_code: x.name for x in found.own.names} == {
        x.language_code: x.name for x in german.names
    }
    assert found.own.parent_id == "animal.pet"
    second = api.ended(text_request("Ein Schlitti. Noch ein Schlitti."))

    def labels(job: job_pb2.Job) -> tuple[str, set[str]]:
        request = job_pb2.QueryJobRequest(job_id=job.job_id, view=analysis_pb2.ANALYSIS_VIEW_FULL)
        request.filter.language_code = "de"
        analysis = api.jobs.QueryJob(request, timeout=TIMEOUT_S).analysis
        return analysis.rules.taxonomy, {x.name for x in analysis.labels if x.level == 3}

    versions = labels(first)[0], labels(second)[0]
    assert versions[0] != versions[1], "each job says with which labels it was made"
    assert labels(first)[1] == labels(second)[1] == {"Schlitti"}, "names are those of today"
    left = call(api, "DeleteNode", node_id="animal.husky", etag=str(start + 3))
    assert left.etag == str(start + 4)
    assert labels(first) == (versions[0], {"animal.husky"}), "what is gone is shown by its id"
    about = call(api, "GetTaxonomy")
    assert (about.overlay_version, about.updated_by) == (start + 4, "local")
    assert about.version.startswith(about.installation_version + "+")


def test_a_class_gets_another_meaning_and_its_own_back(api: Api) -> None:
    call(api, "CreateNode", node=HUSKY)
    mapping = taxonomy_pb2.ClassMapping(
        list="imagenet1000", class_name="Siberian husky", node_id="animal.husky"
    )
    answer = call(api, "SetClassMapping", mapping=mapping)
    assert (answer.mapping.feature, answer.mapping.own) == ("classes", True)
    (meant,) = call(api, "GetNode", node_id="animal.husky").mappings
    assert (meant.class_name, meant.own) == ("Siberian husky", True)
    refusal = refused(lambda: call(api, "DeleteNode", node_id="animal.husky"))
    assert (refusal.reason, refusal.fields) == ("FIELD_INVALID", ("node_id",))
    assert "unknown node 'animal.husky'" in refusal.message
    mute = taxonomy_pb2.ClassMapping(list="coco80", class_name="kite", unmapped_reason="birds here")
    call(api, "SetClassMapping", mapping=mute)
    mine = taxonomy_pb2.ClassMapping(
        list="my-engine", feature="classes", class_name="sled", node_id="animal.husky"
    )
    call(api, "SetClassMapping", mapping=mine)
    for name, class_name in (("imagenet1000", "Siberian husky"), ("my-engine", "sled")):
        call(api, "DeleteClassMapping", list=name, class_name=class_name)
    assert not call(api, "GetNode", node_id="animal.husky").mappings
    refusal = refused(lambda: call(api, "DeleteClassMapping", list="coco80", class_name="cat"))
    assert refusal.reason == "NODE_NOT_FOUND"


def test_additions_leave_and_come_back_as_the_file_of_the_page(api: Api) -> None:
    (example,) = re.findall(r"```toml\n(# newsroom\.toml\n.*?)```", PAGE.read_text("utf-8"), re.S)
    made = call(api, "ImportOverlay", toml=example)
    exported = call(api, "ExportOverlay")
    assert tomllib.loads(exported.toml) == tomllib.loads(example)
    assert (exported.overlay_version, exported.etag) == (made.overlay_version, made.etag)
    call(api, "ImportOverlay", toml="")
    assert call(api, "ExportOverlay").toml == ""
    again = call(api, "ImportOverlay", toml=exported.toml)
    assert again.version == made.version, "the version names content"
    assert again.overlay_version == made.overlay_version + 2


def test_a_check_stores_nothing_and_a_stale_etag_changes_nothing(api: Api) -> None:
    before = etag(api)
    checked = call(api, "CreateNode", node=HUSKY, validate_only=True)
    assert (checked.node.node_id, checked.etag) == ("animal.husky", before)
    assert nodes(api, own_only=True) == []
    call(api, "CreateNode", node=HUSKY, etag=before)
    other = own("animal.samoyed", "animal.pet", en="Samoyed", zh_Hans="萨摩耶")
    refusal = refused(lambda: call(api, "CreateNode", node=other, etag=before))
    assert (refusal.code, refusal.reason) == ("ABORTED", "ETAG_MISMATCH")
    assert [node.node_id for node in nodes(api, own_only=True)] == ["animal.husky"]


def test_a_call_that_is_repeated_is_answered_as_done(api: Api) -> None:
    before = etag(api)
    made = call(api, "CreateNode", node=HUSKY, etag=before)
    assert call(api, "CreateNode", node=HUSKY) == made
    assert call(api, "CreateNode", node=HUSKY, etag=before) == made, "its answer was lost"
    assert etag(api) == made.etag, "nothing was stored again"
    other = own("animal.husky", "animal.pet", en="Sled dog", zh_Hans="雪橇犬")
    for taken in (other, own("animal.dog", "animal.pet", en="Dog", zh_Hans="狗")):
        refusal = refused(lambda node=taken: call(api, "CreateNode", node=node))
        assert (refusal.code, refusal.reason) == ("ALREADY_EXISTS", "NODE_EXISTS")
    changed = call(api, "UpdateNode", node=other, etag=made.etag)
    assert call(api, "UpdateNode", node=other, etag=made.etag) == changed
    file = call(api, "ExportOverlay")
    assert call(api, "ImportOverlay", toml=file.toml).etag == file.etag


@pytest.mark.parametrize(
    ("name", "fields", "field", "words"),
    [
        ("CreateNode", {"node": own("my.x", "nobody", en="X", zh_Hans="某")}, "node.parent_id",
         "is no node"),
        ("CreateNode", {"node": own("my.x", "animal.dog", en="X", zh_Hans="某")},
         "node.parent_id", "is of level 3"),
        ("CreateNode", {"node": own("my.x", "animal.pet", en="X")}, "node", "no name in 'zh-Hans'"),
        ("CreateNode", {"node": own("my.x", "animal.pet", en="Cat", zh_Hans="某")}, "node",
         "the word 'cat' names"),
        ("UpdateNode", {"node": own("animal.dog", en="Hound")}, "node", "is named 'Dog'"),
        ("SetClassMapping", {"mapping": {"list": "coco80", "class_name": "lynx",
                                         "node_id": "animal.cat"}}, "mapping", "is no class"),
        ("SetClassMapping", {"mapping": {"list": "coco80", "class_name": "cat",
                                         "node_id": "animal"}}, "mapping", "a whole category"),
        ("SetClassMapping", {"mapping": {"list": "mine", "class_name": "x",
                                         "node_id": "animal.cat"}}, "mapping", "'feature'"),
        ("ImportOverlay", {"toml": "[level4]\n"}, "toml", "unknown key"),
        ("ImportOverlay", {"toml": "[level3]\n\"my.x\" = 2026-01-01\n"}, "toml", "is a table"),
    ],
)  # fmt: skip
def test_what_does_not_hold_together_is_refused_by_name(
    shared: Api, name: str, fields: dict[str, Any], field: str, words: str
) -> None:
    refusal = refused(lambda: call(shared, name, **fields))
    assert (refusal.code, refusal.reason) == ("INVALID_ARGUMENT", "FIELD_INVALID")
    assert refusal.fields == (field,)
    assert words in refusal.message
    assert call(shared, "GetTaxonomy").overlay_version == 0


@pytest.mark.long
def test_additions_that_no_longer_fit_fail_jobs_by_name_and_can_be_mended(
    orchestrator: Callable[..., AbstractContextManager[Processes]], tmp_path: Path
) -> None:
    """An operator's file may take a word that a project has used before."""
    file = tmp_path / "own.toml"
    with orchestrator() as running:
        target = running.ports.target("orchestrator")
        with Api(target) as api:
            call(api, "CreateNode", node=HUSKY)
            before = api.ended(text_request("A husky. Two huskies."))
        file.write_text(
            '[level3]\n"animal.sled_dog" = { parent = "animal.pet", en = "Husky", '
            'zh-Hans = "雪橇犬" }\n', "utf-8",
        )  # fmt: skip
        running.stop("orchestrator")
        running.configure(VIDERE_TAXONOMY_OVERLAYS=str(file))
        running.start("orchestrator")
        with Api(target) as api:
            job = api.ended(text_request("A husky."))
            assert (job.state, job.error.reason) == (
                job_pb2.JOB_STATE_FAILED, "TAXONOMY_CONFLICT",
            )  # fmt: skip
            assert "animal.sled_dog" in job.error.message
            refusal = refused(lambda: call(api, "GetTaxonomy"))
            assert (refusal.code, refusal.reason) == ("FAILED_PRECONDITION", "TAXONOMY_CONFLICT")
            query = job_pb2.QueryJobRequest(job_id=before.job_id)
            assert api.jobs.QueryJob(query, timeout=TIMEOUT_S).analysis.labels, "still readable"
            mended = call(api, "ExportOverlay").toml.replace("Husky", "Siberian")
            call(api, "ImportOverlay", toml=mended)
            assert api.ended(text_request("A Siberian.")).state == job_pb2.JOB_STATE_SUCCEEDED
