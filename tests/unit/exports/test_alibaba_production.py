"""Every name of the vendor's production jobs: what it asks of us, and our results in its shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.json_format import MessageToDict

from videre.common.errors import Reason, VidereError
from videre.exports.alibaba_production import FUNCTIONS, NAMES, query_result, submit_request
from videre.exports.production_params import FUNCTIONS as OURS
from videre.exports.production_params import violations_of
from videre.v1 import analysis_pb2, job_pb2
from videre.v1 import production_pb2 as pb

PAGE = Path(__file__).parents[3] / "docs" / "alibaba_functions.md"
FILM = "oss://bucket.oss-cn-hangzhou.aliyuncs.com/film.mp4"
MUSIC = analysis_pb2.MusicStructure(
    tempo_bpm=120.0,
    beat_offsets=[Duration(nanos=500_000_000 * n % 10**9, seconds=n // 2) for n in range(4)],
    downbeat_offsets=[Duration(), Duration(seconds=1)],
    sections=[
        analysis_pb2.MusicSection(group="A"),
        analysis_pb2.MusicSection(group="B", chorus=True),
    ],
)
MUSIC.sections[1].span.start_offset.FromMilliseconds(1_500)
MUSIC.sections[1].span.end_offset.FromMilliseconds(4_000)

#: FunctionName, JobParams → tasks, features, further inputs.
ASKED: list[tuple[str, Any, list[dict[str, Any]], list[str], dict[str, str]]] = [
    ("Cover", {}, [{"cover": {"count": 1}}], [], {}),
    ("Cover", {"Model": ""}, [{"cover": {"count": 1}}], [], {}),
    ("Cover", '{"Model": "gif"}',
     [{"cover": {"count": 1, "motion": "COVER_MOTION_GIF"}}], [], {}),
    ("CaptionExtraction", None,
     [{"captions": {"source": "CAPTION_SOURCE_PICTURE", "format": "CAPTION_FORMAT_SRT"}}],
     ["text"], {}),
    ("CaptionExtraction",
     {"roi": [[0.75, 1], [0, 1]], "sep": True, "track": "main", "lang": "ch_ml",
      "formatter": "{\\an8}"},
     [{"captions": {"source": "CAPTION_SOURCE_PICTURE", "format": "CAPTION_FORMAT_SRT",
                    "region": {"y": 0.75, "width": 1.0, "height": 0.25},
                    "split_languages": True, "main_track_only": True,
                    "cue_prefix": "{\\an8}"}}],
     ["text"], {}),
    ("CaptionExtraction", '{"roi": "[[0.5, 1], [0.25, 0.75]]", "lang": "ch"}',
     [{"captions": {"source": "CAPTION_SOURCE_PICTURE", "format": "CAPTION_FORMAT_SRT",
                    "region": {"x": 0.25, "y": 0.5, "width": 0.5, "height": 0.5},
                    "languages": ["zh"]}}],
     ["text"], {}),
    ("VideoClip", {}, [{"summarize": {}}], [], {}),
    ("VideoSplit", {}, [{"split_lecture": {"without_files": True}}], ["text"], {}),
    ("VideoGreenScreenMatting", {}, [{"key_green_screen": {}}], [], {}),
    ("VideoGreenScreenMatting", {"mode": "file", "bgimage": "https://example.org/b.png"},
     [{"key_green_screen": {"backdrop": {"input": "background"}}}], [],
     {"background": "https://example.org/b.png"}),
    ("ImageMatting", {}, [{"matte_portrait": {}}], [], {}),
    ("ImageCartoonize", {}, [{"cartoonize": {}}], [], {}),
    ("FaceBeauty", {"Smooth": 0.25, "White": "1"},
     [{"beautify_faces": {"sharpen": 0.5, "smooth": 0.25, "whiten": 1.0}}], [], {}),
    ("VideoDelogo", {}, [{"remove_logo": {}}], [], {}),
    ("VideoDelogo", {"Logo": [[0.5, 0, 0.25, 0.25]]},
     [{"remove_logo": {"regions": [{"keys": [{"box": {
         "x": 0.5, "width": 0.25, "height": 0.25}}]}]}}], [], {}),
    ("VideoDelogo", {"Boxes": "[[0.5, 0, 0.25, 0.25]]", "LogoModel": "tv"},
     [{"remove_logo": {"regions": [{"keys": [{"box": {
         "x": 0.5, "width": 0.25, "height": 0.25}}]}]}}], [], {}),
    ("ImageDelogo", {"Logo": [[0.5, 0, 0.25, 0.25]]},
     [{"remove_logo": {"regions": [{"keys": [{"box": {
         "x": 0.5, "width": 0.25, "height": 0.25}}]}]}}], [], {}),
    ("VideoDetext", {}, [{"remove_text": {}}], ["text"], {}),
    ("VideoDetext", {"Text": [[0, 0.75, 1, 0.25]]},
     [{"remove_text": {"regions": [{"keys": [{"box": {
         "y": 0.75, "width": 1.0, "height": 0.25}}]}]}}], [], {}),
    ("VideoH2V", {}, [{"reframe": {}}], [], {}),
    ("ImageH2V", {}, [{"reframe": {}}], [], {}),
    ("MusicSegmentDetect", {}, [{"detect_music_segments": {}}], ["music"], {}),
    ("AudioBeatDetection", {}, [{"detect_beats": {"format": "BEATS_FORMAT_JSON"}}], ["music"], {}),
    ("AudioMixing", {"inputs": [{"file": "https://example.org/m.mp3"}]},
     [{"mix_audio": {"tracks": [{"role": "MIX_ROLE_VOICE"},
                                {"input": "track", "role": "MIX_ROLE_MUSIC"}]}}], [],
     {"track": "https://example.org/m.mp3"}),
    ("SpeechDenoise", {}, [{"denoise_speech": {}}], [], {}),
    ("MusicDemix", {}, [{"demix_music": {}}], [], {}),
    ("AudioQualityAssessment", {}, [{"assess_audio": {}}], [], {}),
    ("ASR", {}, [{"transcribe": {"format": "TRANSCRIPT_FORMAT_TXT"}}], ["speech"], {}),
    ("ASR",
     {"start_time": "00:01:00", "duration": "00:00:30",
      "request_params": {"enable_word_level_result": True, "first_channel_only": True}},
     [{"transcribe": {"format": "TRANSCRIPT_FORMAT_JSON", "range": {
         "start": {"value": "60", "rate_numerator": "1"},
         "end": {"value": "90", "rate_numerator": "1"}}}}], ["speech"], {}),
    *((name, params, [{"synthesize_speech": made}], [], {})
      for name in ("TextToSpeech", "AsyncTextToSpeech")
      for params, made in (
          ({}, {"format": "SPEECH_FORMAT_PCM", "sample_rate": 16_000, "volume": 50,
                "speech_rate": 0, "pitch_rate": 0}),
          ({"voice": "xiaoyun", "format": "mp3", "sample_rate": "8000", "volume": 80,
            "speech_rate": -500, "pitch_rate": 500},
           {"format": "SPEECH_FORMAT_MP3", "sample_rate": 8_000, "volume": 80,
            "speech_rate": -500, "pitch_rate": 500}))),
]  # fmt: skip


def call(name: str, params: Any = None, **more: Any) -> dict[str, Any]:
    return {"FunctionName": name, "Input": FILM, "JobParams": params, **more}


@pytest.mark.parametrize(("name", "params", "tasks", "features", "inputs"), ASKED)
def test_a_call_becomes_a_job(
    name: str, params: Any, tasks: list[Any], features: list[str], inputs: dict[str, str]
) -> None:
    request = submit_request(call(name, params))
    made = [
        MessageToDict(one, preserving_proto_field_name=True) for one in request.production_tasks
    ]
    assert made == tasks
    assert list(request.features) == features
    assert request.skip_analysis == (not features)
    assert {one.name: one.uri for one in request.inputs} == {"main": FILM, **inputs}
    assert not [one for task in request.production_tasks for one in violations_of(task)]


def test_every_name_is_mapped_to_a_function_of_ours_or_refused_by_name() -> None:
    assert len(NAMES) == len(set(NAMES)) == 22
    assert set(FUNCTIONS) <= set(NAMES)
    assert {name for name, *_ in ASKED} == set(FUNCTIONS)
    assert all(one.ours in OURS for one in FUNCTIONS.values())
    for name in (*(set(NAMES) - set(FUNCTIONS)), "VideoSummary", None):
        with pytest.raises(VidereError) as caught:
            submit_request(call(name))  # type: ignore[arg-type]
        assert caught.value.reason is Reason.FUNCTION_UNIMPLEMENTED
        assert caught.value.metadata["actual"] == str(name)


def test_the_page_names_every_function() -> None:
    page, _, _ = PAGE.read_text(encoding="utf-8").partition("## The rest of a call")
    rows = dict(
        (cells[1].strip("` "), cells[2].strip())
        for cells in (line.split("|") for line in page.splitlines() if line.startswith("| `"))
    )
    assert rows.keys() == set(NAMES)
    for name, words in rows.items():
        ours = FUNCTIONS[name].ours if name in FUNCTIONS else ""
        assert words == (f"`{ours}`" if ours else "–")


@pytest.mark.parametrize(
    ("name", "params", "field", "reason"),
    [
        ("Cover", {"Model": "mp4"}, "JobParams.Model", Reason.FIELD_INVALID),
        ("Cover", {"Count": 3}, "JobParams.Count", Reason.OPTION_UNIMPLEMENTED),
        ("Cover", "[1]", "JobParams", Reason.FIELD_INVALID),
        ("Cover", "{", "JobParams", Reason.FIELD_INVALID),
        ("VideoH2V", {"x": 1}, "JobParams.x", Reason.OPTION_UNIMPLEMENTED),
        ("ImageDelogo", {}, "JobParams.Logo", Reason.FIELD_REQUIRED),
        ("CaptionExtraction", {"fps": 5}, "JobParams.fps", Reason.OPTION_UNIMPLEMENTED),
        ("CaptionExtraction", {"roi": [[0.2, 0], [0, 1]]}, "JobParams.roi", Reason.FIELD_INVALID),
        ("CaptionExtraction", {"roi": [0, 1]}, "JobParams.roi", Reason.FIELD_INVALID),
        ("CaptionExtraction", {"sep": 1}, "JobParams.sep", Reason.FIELD_INVALID),
        ("CaptionExtraction", {"lang": "fr"}, "JobParams.lang", Reason.FIELD_INVALID),
        ("AudioMixing", {}, "JobParams.inputs", Reason.FIELD_INVALID),
        ("AudioMixing", {"inputs": [{"file": ""}]}, "JobParams.inputs[0].file",
         Reason.FIELD_INVALID),
        ("TextToSpeech", {"voice": "aixia"}, "JobParams.voice", Reason.OPTION_UNIMPLEMENTED),
        ("TextToSpeech", {"format": "ogg"}, "JobParams.format", Reason.FIELD_INVALID),
        ("TextToSpeech", {"sample_rate": 9_000}, "JobParams.sample_rate", Reason.FIELD_INVALID),
        ("AsyncTextToSpeech", {"volume": 1.5}, "JobParams.volume", Reason.FIELD_INVALID),
        ("ASR", {"start_time": "90"}, "JobParams.start_time", Reason.FIELD_INVALID),
        ("ASR", {"duration": "00:00:00"}, "JobParams.duration", Reason.FIELD_INVALID),
        ("ASR", {"request_params": {"first_channel_only": False}},
         "JobParams.request_params.first_channel_only", Reason.OPTION_UNIMPLEMENTED),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_by_field(
    name: str, params: Any, field: str, reason: Reason
) -> None:
    with pytest.raises(VidereError) as caught:
        submit_request(call(name, params))
    assert (caught.value.metadata["field"], caught.value.reason) == (field, reason)


def test_the_rest_of_a_call() -> None:
    request = submit_request(
        call("Cover", Output="oss://bucket/out/{source}-{sequenceId}.jpg", UserData="mine",
             ScheduleConfig={"PipelineId": "p", "Priority": 1})
    )  # fmt: skip
    assert request.production_tasks[0].cover.count == 5
    assert request.output.uri_prefix == "oss://bucket/out/"
    assert request.output.name_pattern == "{source}-{sequence}.jpg"
    assert (request.user_data, request.priority) == ("mine", 0)
    newer = call("Cover", Output={"Type": "OSS", "Media": "oss://bucket/x.jpg"})
    newer["Input"] = {"Type": "Media", "Media": "media-1"}
    request = submit_request(newer)
    assert (request.inputs[0].media_id, request.output.name_pattern) == ("media-1", "x.jpg")
    assert request.priority == 5
    for wrong in ({"Input": ""}, {"ModelId": "m"}, {"ScheduleConfig": {"Priority": 11}}):
        with pytest.raises(VidereError):
            submit_request(call("Cover") | wrong)


def output(name: str, role: str, data: Any = None, **more: Any) -> pb.OutputArtifact:
    digest = json.dumps(data) if data is not None else ""
    return pb.OutputArtifact(name=name, role=role, digest=digest, **more)


COVERS = [
    output("cover-1.jpg", "cover", offset=Duration(seconds=2, nanos=40_000_000), score=0.75),
    output("cover-2.jpg", "cover", offset=Duration(), score=0.5),
]
SPOKEN = output("words.json", "transcript", {"words": [
    {"text": "Hi", "endOffset": "0.250s"},
    {"text": "you", "startOffset": "0.400s", "endOffset": "1s"}]})  # fmt: skip
#: FunctionName, files → Data.
RESULTS: list[tuple[str, list[pb.OutputArtifact], Any]] = [
    ("Cover", COVERS, [{"Score": 0.75, "Time": "2040", "Url": "/cover-1.jpg"},
                       {"Score": 0.5, "Time": "0", "Url": "/cover-2.jpg"}]),
    ("VideoClip",
     [output("web.mp4", "video"),
      output("summary.json", "summary", {"parts": [{"endOffset": "1.500s"},
                                                   {"startOffset": "4s", "endOffset": "7.500s"}]})],
     {"VideoSummaryList": [{"StartTime": 0.0, "EndTime": 1.5},
                           {"StartTime": 4.0, "EndTime": 7.5}]}),
    ("VideoSplit",
     [output("lecture.json", "lecture", {"parts": [
         {"endOffset": "61.500s", "endFrame": "1538", "title": "第一章 绪论"},
         {"startOffset": "61.500s", "endOffset": "90s", "startFrame": "1538"}]})],
     {"splitResult": [{"beginTime": 0.0, "endTime": 61.5, "title": "第一章 绪论"},
                      {"beginTime": 61.5, "endTime": 90.0, "title": ""}]}),
    ("CaptionExtraction",
     [output("captions-en.srt", "captions"), output("captions-zh.srt", "captions")],
     {"result": [{"file": "/captions-en.srt"}, {"file": "/captions-zh.srt"}]}),
    ("VideoGreenScreenMatting", [output("web.mp4", "video")], {}),
    ("VideoDelogo", [output("web.mp4", "video")], {}),
    ("VideoDetext", [output("web.mp4", "video")], {}),
    ("VideoH2V", [output("web.mp4", "video")], {}),
    *(
        (name, [output("a.png", "picture")],
         {"Details": [{"Status": "Success", "Input": FILM, "Output": "/a.png"}]})
        for name in ("ImageMatting", "ImageCartoonize", "FaceBeauty", "ImageDelogo")
    ),
    ("ImageH2V", [output("web.jpg", "picture")],
     {"Details": [{"Status": "Success", "Input": FILM, "Output": "/web.jpg"}]}),
    ("MusicSegmentDetect", [output("segments.json", "segments", MessageToDict(MUSIC))],
     {"result": [{"start": 1.5, "end": 4.0, "title": "chorus"}]}),
    ("MusicSegmentDetect", [output("segments.json", "segments", {})], {"result": []}),
    ("AudioBeatDetection", [output("beats.json", "beats", MessageToDict(MUSIC))],
     {"BeatList": [0.0, 0.5, 1.0, 1.5], "DownBeatList": [0.0, 1.0]}),
    ("AudioMixing", [output("audio-m4a.m4a", "audio")], {}),
    ("SpeechDenoise", [output("web.mp4", "video")], {}),
    ("MusicDemix", [output("voice.m4a", "audio"), output("accompaniment.m4a", "audio")], {}),
    ("AudioQualityAssessment",
     [output("assessment.json", "assessment", {"mos": 3.5})], {"mos": 3.5}),
    ("ASR", [output("transcript.txt", "transcript")], {}),
    ("TextToSpeech", [output("speech.pcm", "audio", 7), SPOKEN], {"audio": "Nw=="}),
    ("AsyncTextToSpeech", [output("speech.wav", "audio"), SPOKEN],
     {"file": "/speech.wav", "sentences": [
         {"text": "Hi", "begin_time": 0, "end_time": 250},
         {"text": "you", "begin_time": 400, "end_time": 1_000}]}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "files", "data"), RESULTS)
def test_results_have_the_vendors_shape(
    name: str, files: list[pb.OutputArtifact], data: Any
) -> None:
    job = job_pb2.Job(
        job_id="j", state=job_pb2.JOB_STATE_SUCCEEDED, outputs=files, user_data="mine"
    )
    told = query_result(
        call(name), job, lambda one: f"/{one.name}", lambda one: one.digest.encode()
    )
    assert (told["JobId"], told["FunctionName"], told["Status"]) == ("j", name, "Success")
    assert told["OutputFiles"] == [one.name for one in files]
    result = json.loads(told["Result"])
    assert (result["Code"], result["Message"]) == ("Success", "")
    assert json.loads(result["Data"]) == data
    assert told["UserData"] == "mine"


def test_every_mapped_function_has_a_golden_result() -> None:
    assert {name for name, *_ in RESULTS} == set(FUNCTIONS)


def test_jobs_that_have_not_ended_and_those_that_failed() -> None:
    def told(**fields: Any) -> dict[str, Any]:
        job = job_pb2.Job(job_id="j", **fields)
        return query_result(call("Cover"), job, lambda _: "", lambda _: b"")

    assert told(state=job_pb2.JOB_STATE_QUEUED)["Status"] == "Queuing"
    running = told(state=job_pb2.JOB_STATE_RUNNING)
    assert (running["Status"], running["Result"]) == ("Analysing", "")
    stage = analysis_pb2.Stage(name="produce:cover", reason="NO_TRACK", message="no pictures")
    failed = told(state=job_pb2.JOB_STATE_FAILED, stages=[stage])
    assert failed["Status"] == "Fail"
    assert json.loads(failed["Result"])["Code"] == "NO_TRACK"
    error = job_pb2.JobError(reason="FETCH_FAILED", message="gone")
    assert json.loads(told(state=job_pb2.JOB_STATE_FAILED, error=error)["Result"]) == {
        "Code": "FETCH_FAILED", "Message": "gone", "Data": "",
    }  # fmt: skip
