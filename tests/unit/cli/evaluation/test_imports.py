"""Annotations of public sets become a truth that is read back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from videre.cli.app import main
from videre.cli.evaluation.imports import READERS
from videre.cli.evaluation.truth import TextLayout, Truth, load_set


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def imported(form: str, source: Path, folder: Path) -> dict[str, Truth]:
    entries = READERS[form](source, folder)
    (folder / "truth.json").write_text(json.dumps({"files": entries}))
    return {truth.name: truth for truth in load_set(folder)}


COCO = {
    "images": [
        {"id": 1, "file_name": "a.jpg"},
        {"id": 2, "file_name": "b.jpg"},
        {"id": 3, "file_name": "elsewhere.jpg"},
    ],
    "categories": [{"id": 7, "name": "cat"}, {"id": 9, "name": "dog"}],
    "annotations": [
        {"image_id": 1, "category_id": 9, "bbox": [0, 0, 5, 5]},
        {"image_id": 1, "category_id": 7, "bbox": [1, 1, 5, 5], "iscrowd": 1},
        {"image_id": 3, "category_id": 7, "bbox": [1, 1, 5, 5]},
    ],
}


def test_coco_names_every_class_of_a_picture(tmp_path: Path) -> None:
    touch(tmp_path, "val/a.jpg", "val/b.jpg")
    source = tmp_path / "instances.json"
    source.write_text(json.dumps(COCO))
    truths = imported("coco", source, tmp_path)
    assert set(truths) == {"val/a.jpg", "val/b.jpg"}
    assert truths["val/a.jpg"].all_objects == {"cat", "dog"}
    assert truths["val/b.jpg"].objects == frozenset()


def test_icdar_leaves_out_what_nobody_can_read(tmp_path: Path) -> None:
    touch(tmp_path, "img_1.jpg", "img_2.jpg", "img_3.jpg")
    gt = tmp_path / "gt"
    gt.mkdir()
    (gt / "gt_img_1.txt").write_text(
        "\ufeff377,117,463,117,465,130,378,130,Genaxis, Theatre\n1,2,3,4,5,6,7,8,###\n"
    )
    (gt / "gt_img_2.txt").write_text('158, 128, 411, 181, "Footpath"\n')
    truths = imported("icdar", gt, tmp_path)
    assert truths["img_1.jpg"].lines == ("Genaxis, Theatre",)
    assert truths["img_2.jpg"].lines == ("Footpath",)
    assert truths["img_2.jpg"].layout is TextLayout.BOXES
    assert "img_3.jpg" not in truths


def test_librispeech_says_what_is_said(tmp_path: Path) -> None:
    touch(tmp_path, "84/121123/84-121123-0000.flac", "84/121123/84-121123-0001.flac")
    (tmp_path / "84/121123/84-121123.trans.txt").write_text(
        "84-121123-0000 GO DO YOU HEAR\n84-121123-0009 NOT HERE\n"
    )
    [truth] = imported("librispeech", tmp_path, tmp_path).values()
    assert (truth.language, truth.transcript) == ("en", "go do you hear")


def test_audioset_names_sounds_by_the_clip(tmp_path: Path) -> None:
    touch(tmp_path, "wav/--PJHxphWEs_30.wav", "wav/--ZhevVpy1s.wav")
    (tmp_path / "class_labels_indices.csv").write_text(
        'index,mid,display_name\n0,/m/09x0r,"Speech"\n1,/t/dd00088,"Gush"\n'
    )
    source = tmp_path / "eval_segments.csv"
    source.write_text(
        "# YTID, start_seconds, end_seconds, positive_labels\n"
        '--PJHxphWEs, 30.000, 40.000, "/m/09x0r,/t/dd00088"\n'
        '--ZhevVpy1s, 50.000, 60.000, "/m/09x0r"\n'
        'notdownload, 0.000, 10.000, "/m/09x0r"\n'
    )
    truths = imported("audioset", source, tmp_path)
    assert [one.name for one in truths["wav/--PJHxphWEs_30.wav"].events] == ["Speech", "Gush"]
    assert [one.name for one in truths["wav/--ZhevVpy1s.wav"].events] == ["Speech"]


Run = Callable[..., int]


@pytest.fixture
def run() -> Run:
    def command(*arguments: Any) -> int:
        with pytest.raises(SystemExit) as ended:
            main(["eval", "import", *map(str, arguments)])
        return int(ended.value.code or 0)

    return command


def test_the_command_writes_and_does_not_overwrite(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    touch(tmp_path, "a.jpg")
    source = tmp_path / "instances.json"
    source.write_text(json.dumps(COCO))
    arguments = (source, "--set", tmp_path, "--from", "coco")
    assert run(*arguments, "--json") == 0
    assert json.loads(capsys.readouterr().out)["media"] == 1
    assert run(*arguments) == 1
    assert "--replace" in capsys.readouterr().err
    assert run(*arguments, "--replace") == 0
    assert run(source, "--set", tmp_path, "--from", "voc") == 2


@pytest.mark.parametrize(
    ("form", "text", "words"),
    [
        ("coco", "[]", "not in the form of coco"),
        ("coco", '{"images": [], "categories": [], "annotations": []}', "no media"),
        ("audioset", "x\n", "class_labels_indices.csv"),
    ],
)
def test_what_is_no_annotation_is_refused(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str, text: str, words: str
) -> None:
    source = tmp_path / "annotation"
    source.write_text(text)
    assert run(source, "--set", tmp_path, "--from", form) == 1
    assert words in capsys.readouterr().err
    assert not (tmp_path / "truth.json").exists()


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    touch(tmp_path, "a/x.jpg", "b/x.jpg")
    source = tmp_path / "instances.json"
    source.write_text(json.dumps(COCO))
    with pytest.raises(ValueError, match=r"two files are named x\.jpg"):
        READERS["coco"](source, tmp_path)


LABEL_STUDIO = [
    {
        "data": {"image": "/data/upload/1/0f3a9b2c-a.jpg", "note": "b.jpg is another"},
        "annotations": [
            {"updated_at": "2024-01-01", "result": []},
            {
                "updated_at": "2024-01-02",
                "result": [
                    {"type": "rectanglelabels", "value": {"rectanglelabels": ["Scratch"]}},
                    {"type": "choices", "value": {"choices": ["dull", "old"]}},
                    {"type": "textarea", "value": {"text": ["No 5"]}},
                ],
            },
            {"updated_at": "2024-01-03", "was_cancelled": True, "result": []},
        ],
    },
    {
        "data": {"audio": "s3://bucket/c%20d.wav?x=1"},
        "annotations": [
            {"result": [{"type": "textarea", "value": {"text": "hello there"}}]},
        ],
    },
    {"data": {"image": "e.jpg"}, "annotations": []},
]


def test_label_studio_gives_labels_and_texts(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "c d.wav", "e.jpg")
    source = tmp_path / "export.json"
    source.write_text(json.dumps(LABEL_STUDIO))
    truths = imported("label-studio", source, tmp_path)
    assert set(truths) == {"a.jpg", "c d.wav"}
    assert truths["a.jpg"].labels == {"Scratch", "dull", "old"}
    assert (truths["a.jpg"].lines, truths["a.jpg"].transcript) == (("No 5",), None)
    assert truths["c d.wav"].transcript == "hello there"
    assert truths["c d.wav"].labels == frozenset()


CVAT = """<?xml version="1.0" encoding="utf-8"?>
<!-- by hand -->
<annotations>
  <version>1.1</version>
  <meta><task><name>t</name><source>film.mp4</source></task></meta>
  <image id="0" name="day/a.jpg"><box label="car" xtl="1"/><tag label="night"/></image>
  <image id="1" name="b.jpg"/>
  <track id="0" label="bus"><box frame="0" outside="1"/><box frame="9" outside="0"/></track>
  <track id="1" label="gone"><box frame="0" outside="1"/></track>
</annotations>
"""


def test_cvat_gives_labels_of_pictures_and_of_the_film(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "b.jpg", "film.mp4")
    source = tmp_path / "annotations.xml"
    source.write_text(CVAT)
    truths = imported("cvat", source, tmp_path)
    assert {name: set(truth.labels or ()) for name, truth in truths.items()} == {
        "a.jpg": {"car", "night"}, "b.jpg": set(), "film.mp4": {"bus"},
    }  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "text",
    ["<annotations", "<other/>", '<!DOCTYPE a [<!ENTITY b "c">]><annotations>&b;</annotations>'],
)
def test_what_is_no_annotation_of_cvat_is_refused(tmp_path: Path, text: str, encoding: str) -> None:
    source = tmp_path / "annotations.xml"
    source.write_text(f'<?xml version="1.0" encoding="{encoding}"?>{text}', encoding=encoding)
    with pytest.raises(ValueError, match=r"declares|root|no element|unclosed"):
        READERS["cvat"](source, tmp_path)
