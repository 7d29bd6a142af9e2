"""Requests for a job that break one limit each, and the refusal that each must bring."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from videre.v1 import job_pb2

Change = Callable[[job_pb2.SubmitJobRequest], Any]
INVALID = "INVALID_ARGUMENT"


@dataclass(frozen=True, slots=True)
class Case:
    """A change to a good request, and the refusal that it must bring."""

    name: str
    change: Change
    field: str
    limit: str
    actual: str
    code: str = INVALID
    reason: str = "FIELD_INVALID"


def source(**fields: Any) -> Change:
    """Return a change that gives the request one other input."""

    def change(request: job_pb2.SubmitJobRequest) -> None:
        del request.inputs[:]
        request.inputs.add(**fields)

    return change


def ranges(*pairs: tuple[int, int]) -> Change:
    """Return a change that restricts the request to ranges, in seconds."""

    def change(request: job_pb2.SubmitJobRequest) -> None:
        for start, end in pairs:
            item = request.options.ranges.add()
            item.start_offset.seconds, item.end_offset.seconds = start, end

    return change


def tags(count: int, key: str = "k", value: str = "v") -> Change:
    """Return a change that adds numbered tags."""

    def change(request: job_pb2.SubmitJobRequest) -> None:
        for index in range(count):
            request.tags[f"{key}{index:03d}" if count > 1 else key] = value

    return change


def comment(text: str, seconds: int = 0) -> Change:
    """Return a change that adds a comment."""

    def change(request: job_pb2.SubmitJobRequest) -> None:
        request.context.comments.add(text=text).offset.seconds = seconds

    return change


def identified(*ids: str) -> Change:
    """Return a change that adds comments with ids."""

    def change(request: job_pb2.SubmitJobRequest) -> None:
        for comment_id in ids:
            request.context.comments.add(text="c", comment_id=comment_id)

    return change


def output(prefix: str, pattern: str = "") -> Change:
    """Return a change that asks for delivery."""

    def change(request: job_pb2.SubmitJobRequest) -> None:
        request.output.uri_prefix, request.output.name_pattern = prefix, pattern

    return change


def task(**fields: Any) -> Change:
    """Return a change that adds a production task."""
    return lambda request: request.production_tasks.add(**fields)


def many(change: Change, count: int) -> Change:
    """Return a change made several times."""
    return lambda request: [change(request) for _ in range(count)]


def put(path: str, value: Any) -> Change:
    """Return a change that sets one field, such as "options.units_per_chunk"."""

    def change(request: job_pb2.SubmitJobRequest) -> None:
        *way, last = path.split(".")
        message: Any = request
        for name in way:
            message = getattr(message, name)
        field = message.DESCRIPTOR.fields_by_name[last]
        if field.message_type is not None:
            seconds, nanos = divmod(round(value * 1_000_000_000), 1_000_000_000)
            getattr(message, last).seconds = seconds
            getattr(message, last).nanos = nanos
        elif field.is_repeated:
            getattr(message, last).extend(value)
        else:
            setattr(message, last, value)

    return change


FIELDS = [
    Case("priority below", put("priority", -1), "priority", "0..9", "-1"),
    Case("priority above", put("priority", 10), "priority", "0..9", "10"),
    Case("user data", put("user_data", "x" * 2_049), "user_data", "2048 bytes", "2049"),
    Case("user data in bytes", put("user_data", "字" * 683), "user_data", "2048 bytes", "2049"),
    Case("request id", put("request_id", "a" * 65), "request_id",
         "[A-Za-z0-9\\-_.:]{1,64}", "a" * 65),
    Case("request id's letters", put("request_id", "a b"), "request_id",
         "[A-Za-z0-9\\-_.:]{1,64}", "a b"),
    Case("tags", tags(65), "tags", "64", "65"),
    Case("tag's key", tags(1, "k" * 129), f"tags[{'k' * 32}] key", "128 bytes", "129"),
    Case("tag's empty key", tags(1, ""), "tags", "1..128 bytes", ""),
    Case("tag's value", tags(1, "k", "v" * 257), "tags[k]", "256 bytes", "257"),
    Case("tag's zero", tags(1, "k", "a\0b"), "tags", "no zero character", "k=a\0b"),
    Case("title", put("context.title", "t" * 257), "context.title", "256 bytes", "257"),
    Case("description", put("context.description", "d" * 1_025), "context.description",
         "1024 bytes", "1025"),
    Case("hints", put("context.language_hints", ["en"] * 11), "context.language_hints",
         "10", "11"),
    Case("hint", put("context.language_hints", ["en", "not a tag"]),
         "context.language_hints[1]", "[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", "not a tag"),
    Case("comment", comment("c" * 1_001), "context.comments[0].text", "1000 bytes", "1001"),
    Case("comment's time", comment("c", -1), "context.comments[0].offset", ">= 0", "-1 s"),
    Case("comment's late time", comment("c", 315_576_000_001), "context.comments[0].offset",
         "<= 315576000000 s", "315576000001 s"),
    Case("comment's id", identified("i" * 65), "context.comments[0].comment_id", "64 bytes", "65"),
    Case("comment's id twice", identified("i", "i"), "context.comments[1].comment_id",
         "unique ids", "i"),
    Case("comments", many(comment("c"), 10_001), "context.comments", "10000", "10001"),
    Case("ranges unordered", ranges((5, 9), (0, 2)), "options.ranges[1]",
         "9 s <= start < end", "0..2 s"),
    Case("ranges overlapping", ranges((0, 5), (4, 9)), "options.ranges[1]",
         "5 s <= start < end", "4..9 s"),
    Case("range empty", ranges((5, 5)), "options.ranges[0]", "0 s <= start < end", "5..5 s"),
    Case("range negative", ranges((-1, 5)), "options.ranges[0]", "0 s <= start < end",
         "-1..5 s"),
    Case("ranges", ranges(*((i, i + 1) for i in range(101))), "options.ranges", "100", "101"),
    Case("language", put("options.languages", ["-"]), "options.languages[0]",
         "[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", "-"),
    Case("interval below", put("options.sample_interval", 0.499), "options.sample_interval",
         "0.5..60", "0.499"),
    Case("interval above", put("options.sample_interval", 61), "options.sample_interval",
         "0.5..60", "61.0"),
    Case("confidence NaN", put("options.min_label_confidence", float("nan")),
         "options.min_label_confidence", "0..1", "nan"),
    Case("confidence above", put("options.min_label_confidence", 1.5),
         "options.min_label_confidence", "0..1", "1.5"),
    Case("confidence below", put("options.min_label_confidence", -0.5),
         "options.min_label_confidence", "0..1", "-0.5"),
    Case("chunk below", put("options.units_per_chunk", 0), "options.units_per_chunk",
         "1..1000", "0"),
    Case("chunk above", put("options.units_per_chunk", 1_001), "options.units_per_chunk",
         "1..1000", "1001"),
    Case("budget", put("budget.cpu_seconds", -1.0), "budget.cpu_seconds", "0..1e+09", "-1.0"),
    Case("budget NaN", put("budget.cpu_seconds", float("nan")), "budget.cpu_seconds",
         "0..1e+09", "nan"),
    Case("wall time", put("budget.wall_time", 0), "budget.wall_time", "0.001..1e+09", "0.0"),
    Case("output's scheme", output("s3://bucket/x"), "output.uri_prefix", "file://",
         "s3://bucket/x"),
    Case("pattern alone", output("", "x"), "output.name_pattern", "uri_prefix", "x"),
    Case("pattern leaves", output("file:///x", "../{job}"), "output.name_pattern",
         "relative", "../{job}"),
    Case("pattern leaves later", output("file:///x", "a/../../{job}"), "output.name_pattern",
         "relative", "a/../../{job}"),
    Case("pattern absolute", output("file:///x", "/etc/{job}"), "output.name_pattern",
         "relative", "/etc/{job}"),
    Case("placeholder", output("file:///x", "{job}/{user}"), "output.name_pattern",
         "function job sequence source timestamp type", "user"),
    Case("placeholder's form", output("file:///x", "{job!r}"), "output.name_pattern",
         "function job sequence source timestamp type", "job!r"),
    Case("pattern's braces", output("file:///x", "{job"), "output.name_pattern",
         "{name} in braces", "{job"),
    Case("pattern's zero", output("file:///x", "a\0b"), "output.name_pattern",
         "a file name", "a\0b"),
    Case("pattern's size", output("file:///x", "x" * 256), "output.name_pattern",
         "255 bytes", "256"),
    Case("project", put("project_id", "Not A Project"), "project_id", "", "",
         "PERMISSION_DENIED", "PROJECT_FORBIDDEN"),
    Case("pin's feature", lambda r: r.engine_pins.add(feature="taste", engine="x"),
         "engine_pins[0].feature", "shots, objects, classes, faces, tracks, nsfw, colors, "
         "frame_conditions, picture_kinds, codes, emotion, landmarks, text, speech, sound, "
         "loudness, music, quality, mood",
         "taste"),
    Case("pin's engine", lambda r: r.engine_pins.add(feature="text"), "engine_pins[0].engine",
         "an engine's name", ""),
    Case("pin twice", many(lambda r: r.engine_pins.add(feature="text", engine="x"), 2),
         "engine_pins[1]", "one per feature", "text"),
    Case("feature unknown", put("features", ["taste"]), "features[0]", "", "taste",
         INVALID, "FEATURE_UNKNOWN"),
    Case("feature planned", put("features", ["text", "logos"]), "features[1]", "", "logos",
         "UNIMPLEMENTED", "FEATURE_UNIMPLEMENTED"),
    Case("cover by address", lambda r: r.context.covers.add(uri="file:///x"), "context.covers[0]",
         "upload_id, media_id", "uri"),
    Case("covers", many(lambda r: r.context.covers.add(media_id="m"), 6), "context.covers",
         "5", "6"),
    Case("template of moderation", put("templates.moderation", "nice"),
         "templates.moderation", "careful@4, ", "nice", "NOT_FOUND", "TEMPLATE_NOT_FOUND"),
    Case("template's version", put("templates.moderation", "careful@9"),
         "templates.moderation", "careful@4, ", "careful@9", "NOT_FOUND",
         "TEMPLATE_NOT_FOUND"),
    Case("template of analysis", put("templates.analysis", "half"), "templates.analysis",
         "full@1, ", "half", "NOT_FOUND", "TEMPLATE_NOT_FOUND"),
    Case("template of production", put("templates.production", "any"),
         "templates.production", "player@1", "any", "NOT_FOUND",
         "TEMPLATE_NOT_FOUND"),
]  # fmt: skip

BLACK = {"color": "#000000"}
SECOND: dict[str, Any] = {"value": 1, "rate_numerator": 1}
BOX: dict[str, Any] = {"box": {"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.2}}

TASKS = [
    Case("no function", task(name="x"), "production_tasks[0]", "cover, sprite, captions, ", "",
         "UNIMPLEMENTED", "FUNCTION_UNIMPLEMENTED"),
    Case("tasks", many(task(name="a", cover={}), 33), "production_tasks", "32", "33"),
    Case("task's name", task(name="A b", cover={}), "production_tasks[0].name",
         "[a-z0-9_-]{1,64}", "A b"),
    Case("task twice", many(task(cover={}), 2), "production_tasks", "unique names",
         "cover, cover"),
    Case("no covers", task(cover={"count": 0}), "production_tasks[0].cover.count", "1..20",
         "0"),
    Case("covers", task(cover={"count": 21}), "production_tasks[0].cover.count", "1..20", "21"),
    Case("cover's side", task(cover={"max_side": 15}), "production_tasks[0].cover.max_side",
         "16..3840", "15"),
    Case("cover's format", task(cover={"format": 9}), "production_tasks[0].cover.format", "",
         "9"),
    Case("cover's motion", task(cover={"motion": 9}), "production_tasks[0].cover.motion", "",
         "9"),
    Case("cover's length", task(cover={"length": {"seconds": 11}}),
         "production_tasks[0].cover.length", "0.5..10 s", "11 s"),
    Case("summary's length", task(summarize={"length": {"value": 601, "rate_numerator": 1}}),
         "production_tasks[0].summarize.length", "1..600 s", "601 s"),
    Case("highlights", task(summarize={"highlights": 101}),
         "production_tasks[0].summarize.highlights", "0..100", "101"),
    Case("summary's keywords", task(summarize={"keywords": ["a"] * 51}),
         "production_tasks[0].summarize.keywords", "50", "51"),
    Case("summary's keyword", task(summarize={"keywords": [" "]}),
         "production_tasks[0].summarize.keywords[0]", "1..64 characters", " "),
    Case("sprite's tile", task(sprite={"tile_width": 641}),
         "production_tasks[0].sprite.tile_width", "32..640", "641"),
    Case("sprite's columns", task(sprite={"columns": 0}),
         "production_tasks[0].sprite.columns", "1..50", "0"),
    Case("sprite's interval", task(sprite={"interval": {"nanos": 1}}),
         "production_tasks[0].sprite.interval", "0.5..600 s", "1e-09 s"),
    Case("captions' line", task(captions={"max_line_length": 9}),
         "production_tasks[0].captions.max_line_length", "10..200", "9"),
    Case("captions' format", task(captions={"format": 3}),
         "production_tasks[0].captions.format", "", "3"),
    Case("captions' source", task(captions={"source": 7}),
         "production_tasks[0].captions.source", "", "7"),
    Case("transcode's input", task(transcode={"input": "music"}), "production_tasks[0]", "main",
         "music"),
    Case("renditions", task(transcode={"renditions": [{"name": str(n)} for n in range(9)]}),
         "production_tasks[0].transcode.renditions", "8", "9"),
    Case("renditions' names", task(transcode={"renditions": [{}, {"name": "web"}]}),
         "production_tasks[0].transcode.renditions", "unique names", "web, web"),
    Case("a rendition's name", task(transcode={"renditions": [{"name": "../x"}]}),
         "production_tasks[0].transcode.renditions[0].name", "[a-z0-9_-]{1,64}", "../x"),
    Case("preset", task(transcode={"renditions": [{"preset": "mpeg2"}]}),
         "production_tasks[0].transcode.renditions[0].preset", "web, short-video, ", "mpeg2"),
    Case("rendition's width", task(transcode={"renditions": [{"width": 8_193}]}),
         "production_tasks[0].transcode.renditions[0].width", "16..8192", "8193"),
    Case("rendition's aspect", task(transcode={"renditions": [{"aspect": "16/9"}]}),
         "production_tasks[0].transcode.renditions[0].aspect", "width:height of 1..100", "16/9"),
    Case("aspect and width", task(transcode={"renditions": [{"aspect": "9:16", "width": 90}]}),
         "production_tasks[0].transcode.renditions[0].aspect", "aspect or sides", "9:16"),
    Case("a fit without a frame", task(transcode={"renditions": [{"width": 90, "fit": 3}]}),
         "production_tasks[0].transcode.renditions[0].fit", "width and height, or aspect",
         "FIT_CROP"),
    Case("rendition's rate",
         task(transcode={"renditions": [{"frame_rate": {"rate_numerator": 241}}]}),
         "production_tasks[0].transcode.renditions[0].frame_rate", "1..240 a second", "241"),
    Case("encoder's option",
         task(transcode={"renditions": [{"encoder_options": {"filter": "x"}}]}),
         "production_tasks[0].transcode.renditions[0].encoder_options[filter]", "audio_bitrate, ",
         "filter"),
    Case("encoder's value", task(transcode={"renditions": [{"encoder_options": {"crf": "52"}}]}),
         "production_tasks[0].transcode.renditions[0].encoder_options[crf]", "0..51", "52"),
    Case("encoder's rates",
         task(transcode={"renditions": [{"encoder_options": {"crf": "20", "bitrate": "1M"}}]}),
         "production_tasks[0].transcode.renditions[0].encoder_options[bitrate]",
         "crf or bitrate", "1M"),
    Case("no picture, no sound",
         task(transcode={"renditions": [{"preset": "audio-mp3", "without_sound": True}]}),
         "production_tasks[0].transcode.renditions[0].without_sound", "a preset with a picture",
         "true"),
    Case("nothing kept", task(trim={}), "production_tasks[0].trim.keep", "1..1000", "0"),
    Case("a stretch backwards", task(trim={"keep": [{"start": SECOND, "end": SECOND}]}),
         "production_tasks[0].trim.keep[0].end", "after 1 s", "1 s"),
    *(Case(f"{side}'s {field}", task(transcode={"range": {side: {**SECOND, field: value}}}),
           f"production_tasks[0].transcode.range.{side}.{field}", limit, str(value))
      for side in ("start", "end")
      for field, value, limit in (
          ("value", -1, f"0..{1 << 53}"), ("rate_numerator", 0, "1..1000000000"),
          ("rate_denominator", 0, "1..1000000"))),
    Case("rendition's height", task(transcode={"renditions": [{"height": 15}]}),
         "production_tasks[0].transcode.renditions[0].height", "16..8192", "15"),
    *(Case(f"rate's {field}", task(transcode={"renditions": [{"frame_rate": {
        "rate_numerator": 25, field: value}}]}),
        f"production_tasks[0].transcode.renditions[0].frame_rate.{field}", limit, str(value))
      for field, value, limit in (
          ("value", 1, "0"), ("rate_numerator", 0, "1..1000000000"),
          ("rate_denominator", 0, "1..1000000"))),
    Case("parts", task(concatenate={"parts": [{} for _ in range(1_001)]}),
         "production_tasks[0].concatenate.parts", "0..1000", "1001"),
    Case("no tracks", task(mix_audio={}), "production_tasks[0].mix_audio.tracks", "1..16", "0"),
    Case("a track's input", task(mix_audio={"tracks": [{"input": "song"}]}),
         "production_tasks[0]", "main", "song"),
    *(Case(f"mix's {field}", task(mix_audio={"tracks": [{}], field: value}),
           f"production_tasks[0].mix_audio.{field}", limit, str(value))
      for field, value, limit in (
          ("loudness", -7.0, "-36..-8"), ("true_peak", 0.0, "-9..-0.5"),
          ("duck_db", 31.0, "0..30"))),
    *(Case(f"track's {field}", task(mix_audio={"tracks": [{field: value}]}),
           f"production_tasks[0].mix_audio.tracks[0].{field}", limit, str(value))
      for field, value, limit in (
          ("gain_db", 21.0, "-40..20"), ("role", 4, "MIX_ROLE_VOICE, "))),
    Case("a mix without sound", task(mix_audio={"tracks": [{}], "output": {"without_sound": True}}),
         "production_tasks[0].mix_audio.output.without_sound", "false", "true"),
    Case("beats' format", task(detect_beats={"format": 3}),
         "production_tasks[0].detect_beats.format", "BEATS_FORMAT_JSON, ", "3"),
    Case("choruses", task(detect_music_segments={"choruses": 21}),
         "production_tasks[0].detect_music_segments.choruses", "0..20", "21"),
    *(Case(f"a chorus' {field}", task(detect_music_segments={
        field: {"value": 11, "rate_numerator": 1}}),
        f"production_tasks[0].detect_music_segments.{field}", "0..10 s", "11 s")
      for field in ("fade_in", "fade_out")),
    Case("a silent chorus", task(detect_music_segments={"output": {"without_sound": True}}),
         "production_tasks[0].detect_music_segments.output.without_sound", "false", "true"),
    Case("silence", task(trim_silence={"threshold_db": -9.0}),
         "production_tasks[0].trim_silence.threshold_db", "-90..-10", "-9.0"),
    *(Case(f"silence's {field}", task(trim_silence={
        field: {"value": value, "rate_numerator": 1_000}}),
        f"production_tasks[0].trim_silence.{field}", limit, f"{value / 1000:g} s")
      for field, value, limit in (("shortest", 49, "0.05..60 s"), ("margin", 5_001, "0..5 s"))),
    Case("nothing to cover", task(bleep={}), "production_tasks[0].bleep.words", "words or ranges",
         "none"),
    Case("words to cover", task(bleep={"words": ["a"] * 1_001}),
         "production_tasks[0].bleep.words", "1000", "1001"),
    Case("a word to cover", task(bleep={"words": ["a" * 65]}),
         "production_tasks[0].bleep.words[0]", "1..64 characters", "65"),
    Case("no word to cover", task(bleep={"words": ["*!"]}),
         "production_tasks[0].bleep.words[0]", "a word", "*!"),
    Case("words of another input", task(bleep={"words": ["a"], "input": "b"}),
         "production_tasks[0].bleep.input", "main", "b"),
    Case("stretches to cover", task(bleep={"ranges": [{}] * 1_001}),
         "production_tasks[0].bleep.ranges", "1000", "1001"),
    Case("what covers", task(bleep={"ranges": [{}], "mode": 3}),
         "production_tasks[0].bleep.mode", "BLEEP_MODE_TONE, ", "3"),
    Case("a bleep's pitch", task(bleep={"ranges": [{}], "tone_hz": 99.0}),
         "production_tasks[0].bleep.tone_hz", "100..8000", "99.0"),
    Case("a bleep's margin", task(bleep={
        "ranges": [{}], "margin": {"value": 3, "rate_numerator": 1}}),
        "production_tasks[0].bleep.margin", "0..2 s", "3 s"),
    Case("how much noise", task(denoise_speech={"strength_db": 2.0}),
         "production_tasks[0].denoise_speech.strength_db", "3..100", "2.0"),
    Case("a transcript's format", task(transcribe={"format": 4}),
         "production_tasks[0].transcribe.format", "TRANSCRIPT_FORMAT_TXT, ", "4"),
    Case("windows", task(reframe={"renditions": [
        {"name": str(n), "aspect": "1:1"} for n in range(9)]}),
         "production_tasks[0].reframe.renditions", "8", "9"),
    Case("windows' names", task(reframe={"renditions": [{"aspect": "1:1"}, {"aspect": "9:16"}]}),
         "production_tasks[0].reframe.renditions", "unique names", "web, web"),
    Case("a window without a shape", task(reframe={"renditions": [{"width": 90}]}),
         "production_tasks[0].reframe.renditions[0].aspect", "aspect, or width and height", ""),
    Case("a window's fit", task(reframe={"renditions": [{"aspect": "1:1", "fit": 2}]}),
         "production_tasks[0].reframe.renditions[0].fit", "no fit", "FIT_PAD"),
    Case("a window of sound", task(reframe={"renditions": [{"preset": "audio-mp3"}]}),
         "production_tasks[0].reframe.renditions[0].preset", "a preset with a picture",
         "audio-mp3"),
    Case("reframing's fallback", task(reframe={"fallback": 4}),
         "production_tasks[0].reframe.fallback", "", "4"),
    Case("reframing's format", task(reframe={"image_format": 4}),
         "production_tasks[0].reframe.image_format", "", "4"),
    Case("no mark", task(watermark={}), "production_tasks[0].watermark.mark", "picture or text",
         "none"),
    Case("a mark of blanks", task(watermark={"text": "  "}), "production_tasks[0].watermark.text",
         "a text", "blanks"),
    Case("a mark's picture", task(watermark={"picture": "logo"}), "production_tasks[0]", "main",
         "logo"),
    Case("a mark's text", task(watermark={"text": "x" * 201}), "production_tasks[0].watermark.text",
         "200 characters in 4 lines", "201 characters in 1 lines"),
    *(Case(f"a mark's {field}", task(watermark={"text": "x", field: value}),
           f"production_tasks[0].watermark.{field}", limit, str(value))
      for field, value, limit in (
          ("margin", 0.75, "0..0.5"), ("size", 2.0, "0.01..1"), ("opacity", 0.0, "0.01..1"),
          ("anchor", 10, "ANCHOR_TOP_LEFT, "), ("image_format", 4, ""))),
    Case("times of a mark", task(watermark={"text": "x", "shown": [{}] * 1_001}),
         "production_tasks[0].watermark.shown", "1000", "1001"),
    Case("files of a mark", task(watermark={"text": "x", "renditions": [{}] * 9}),
         "production_tasks[0].watermark.renditions", "8", "9"),
    Case("a mark on sound", task(watermark={"text": "x", "renditions": [{"preset": "audio-mp3"}]}),
         "production_tasks[0].watermark.renditions[0].preset", "a preset with a picture",
         "audio-mp3"),
    *(Case(f"burned captions' {field}", task(burn_captions={field: value}),
           f"production_tasks[0].burn_captions.{field}", limit, str(value))
      for field, value, limit in (
          ("max_line_length", 9, "10..200"), ("size", 0.25, "0.02..0.2"),
          ("margin", 0.75, "0..0.5"), ("style", 3, "CAPTION_STYLE_OUTLINE, "), ("source", 7, ""))),
    Case("a nameless file", task(burn_captions={"file": ""}),
         "production_tasks[0].burn_captions.file", "name of an input", "empty"),
    Case("words of another input", task(burn_captions={"source": 1, "input": "x"}),
         "production_tasks[0].burn_captions.input", "the main input", "x"),
    Case("no cues", task(burn_captions={"track": {}}),
         "production_tasks[0].burn_captions.track.cues", "1..5000", "0"),
    Case("a cue without text",
         task(burn_captions={"track": {"cues": [{"text": " ", "range": {"end": SECOND}}]}}),
         "production_tasks[0].burn_captions.track.cues[0].text", "1..500 characters",
         "0 characters"),
    Case("a cue without end", task(burn_captions={"track": {"cues": [{"text": "x"}]}}),
         "production_tasks[0].burn_captions.track.cues[0].range.end", "a time", "none"),
    Case("nothing obscured", task(obscure={}), "production_tasks[0].obscure.targets",
         "targets or regions", "none"),
    Case("obscured targets", task(obscure={"targets": [1, 1, 1, 1]}),
         "production_tasks[0].obscure.targets", "3", "4"),
    Case("an obscured target", task(obscure={"targets": [4]}),
         "production_tasks[0].obscure.targets[0]", "OBSCURE_TARGET_FACES, ", "4"),
    Case("text of another input", task(obscure={"targets": [2], "input": "x"}),
         "production_tasks[0].obscure.targets[0]", "the main input", "x"),
    *(Case(f"obscuring's {field}", task(obscure={"targets": [1], field: value}),
           f"production_tasks[0].obscure.{field}", limit, str(value))
      for field, value, limit in (
          ("mode", 4, "OBSCURE_MODE_BLUR, "), ("grow", 1.5, "0..1"), ("image_format", 4, ""))),
    Case("obscured regions", task(obscure={"regions": [{"keys": [BOX]}] * 101}),
         "production_tasks[0].obscure.regions", "100", "101"),
    Case("a region without keys", task(obscure={"regions": [{}]}),
         "production_tasks[0].obscure.regions[0].keys", "1..1000", "0"),
    Case("a key without time", task(obscure={"regions": [{"keys": [BOX, {**BOX, "at": SECOND}]}]}),
         "production_tasks[0].obscure.regions[0].keys[0].at", "a time", "none"),
    Case("keys out of order", task(obscure={"regions": [{"keys": [{**BOX, "at": SECOND}] * 2}]}),
         "production_tasks[0].obscure.regions[0].keys", "rising times", "1, 1"),
    *(Case(f"key's {field}",
           task(obscure={"regions": [{"keys": [{**BOX, "at": {**SECOND, field: value}}]}]}),
           f"production_tasks[0].obscure.regions[0].keys[0].at.{field}", limit, str(value))
      for field, value, limit in (
          ("value", -1, f"0..{1 << 53}"), ("rate_numerator", 0, "1..1000000000"),
          ("rate_denominator", 0, "1..1000000"))),
    *(Case(f"box's {side}",
           task(obscure={"regions": [{"keys": [{"box": {**BOX["box"], side: value}}]}]}),
           f"production_tasks[0].obscure.regions[0].keys[0].box.{side}", limit, shown)
      for side, value, limit, shown in (
          ("x", -0.5, "0..1", "-0.5"), ("y", 1.5, "0..1", "1.5"),
          ("width", 0.95, "above 0, inside the picture", "0.95"),
          ("height", 0.0, "above 0, inside the picture", "0"))),
    Case("a key's colour", task(key_green_screen={"key_color": "green", "backdrop": BLACK}),
         "production_tasks[0].key_green_screen.key_color", "#rrggbb", "green"),
    Case("despill", task(key_green_screen={"despill": 1.5, "backdrop": BLACK}),
         "production_tasks[0].key_green_screen.despill", "0..1", "1.5"),
    Case("keyed pictures", task(key_green_screen={"image_format": 9, "backdrop": BLACK}),
         "production_tasks[0].key_green_screen.image_format", "", "9"),
    Case("keyed renditions", task(key_green_screen={"backdrop": BLACK, "renditions": [
        {"name": str(n)} for n in range(9)]}),
         "production_tasks[0].key_green_screen.renditions", "8", "9"),
    Case("a key of sound", task(key_green_screen={"renditions": [{"preset": "audio-mp3"}]}),
         "production_tasks[0].key_green_screen.renditions[0].preset", "a preset with a picture",
         "audio-mp3"),
    Case("a transparent web", task(key_green_screen={"renditions": [{}]}),
         "production_tasks[0].key_green_screen.renditions[0].preset", "vp9, prores-4444, archive",
         "web"),
    Case("a transparent JPEG", task(key_green_screen={"image_format": 1}),
         "production_tasks[0].key_green_screen.image_format", "PNG or WEBP",
         "IMAGE_FORMAT_JPEG"),
    Case("people's format", task(matte_portrait={"image_format": 9, "backdrop": BLACK}),
         "production_tasks[0].matte_portrait.image_format", "", "9"),
    Case("people's renditions", task(matte_portrait={"backdrop": BLACK, "renditions": [
        {"name": str(n)} for n in range(9)]}),
         "production_tasks[0].matte_portrait.renditions", "8", "9"),
    Case("people before a colour", task(matte_portrait={"backdrop": {"color": "red"}}),
         "production_tasks[0].matte_portrait.backdrop.color", "#rrggbb", "red"),
    *(Case(f"{function}'s {field}", task(**{function: {field: value}}),
           f"production_tasks[0].{function}.{field}", limit, str(value))
      for function, field, value, limit in (
          ("beautify_faces", "smooth", 1.5, "0..1"), ("beautify_faces", "whiten", -0.5, "0..1"),
          ("beautify_faces", "sharpen", 2.0, "0..1"), ("cartoonize", "levels", 1, "2..32"),
          ("cartoonize", "outlines", 1.5, "0..1"), ("upscale", "factor", 5, "2..4"),
          ("beautify_faces", "image_format", 9, ""), ("cartoonize", "image_format", 9, ""),
          ("upscale", "image_format", 9, ""))),
    *(Case(f"{function}'s renditions", task(**{function: {"renditions": [
        {"name": str(n)} for n in range(9)]}}), f"production_tasks[0].{function}.renditions", "8",
           "9")
      for function in ("beautify_faces", "cartoonize", "upscale")),
    Case("people before nobody", task(matte_portrait={"backdrop": {"input": "sea"}}),
         "production_tasks[0]", "main", "sea"),
    Case("a backdrop's colour", task(key_green_screen={"backdrop": {"color": "#12345"}}),
         "production_tasks[0].key_green_screen.backdrop.color", "#rrggbb", "#12345"),
    Case("a backdrop's name", task(key_green_screen={"backdrop": {"input": ""}}),
         "production_tasks[0].key_green_screen.backdrop.input", "name an input", ""),
    Case("a backdrop's input", task(key_green_screen={"backdrop": {"input": "sea"}}),
         "production_tasks[0]", "main", "sea"),
    *(Case(f"{task_name}'s regions", task(**{task_name: {"regions": [{"keys": [BOX]}] * 101}}),
           f"production_tasks[0].{task_name}.regions", "100", "101")
      for task_name in ("remove_logo", "remove_text")),
    *(Case(f"{task_name}'s moving region",
           task(**{task_name: {"regions": [{"keys": [
               {**BOX, "at": {**SECOND, "value": 0}}, {**BOX, "at": SECOND}]}]}}),
           f"production_tasks[0].{task_name}.regions[0].keys", "1", "2")
      for task_name in ("remove_logo", "remove_text")),
    *(Case(f"{task_name}'s format", task(**{task_name: {"image_format": 4}}),
           f"production_tasks[0].{task_name}.image_format", "", "4")
      for task_name in ("remove_logo", "remove_text")),
    Case("a removal's mode", task(remove_logo={"mode": 4}),
         "production_tasks[0].remove_logo.mode", "REMOVAL_MODE_RESTORE, ", "4"),
    Case("text of an input that nobody reads", task(remove_text={"input": "x"}),
         "production_tasks[0].remove_text.regions", "regions, or the main input", "none"),
    Case("analysis and none", put("skip_analysis", True), "skip_analysis", "a production task",
         "none"),
]  # fmt: skip

SOURCES = [
    Case("none", lambda r: r.ClearField("inputs"), "inputs", "main", "none"),
    Case("inputs", many(lambda r: r.inputs.add(name="x", inline_text="x"), 32), "inputs", "32",
         "33"),
    Case("an input's name", lambda r: r.inputs.add(name="Logo", inline_text="x"),
         "inputs[1].name", "[a-z0-9_-]{1,64}", "Logo"),
    Case("two mains", lambda r: r.inputs.add(name="main", inline_text="x"), "inputs",
         "unique names", "main, main"),
    Case("no main", source(name="other", inline_text="x"), "inputs", "main", "other"),
    Case("no source", source(name="main"), "inputs[0]", "upload_id, uri, media_id …", "none"),
    Case("inline empty", source(inline_text=" \n"), "inputs[0].inline_text", "1 character",
         "0"),
    Case("inline size", source(inline_text="x" * 1_000_001), "inputs[0].inline_text",
         "1000000 bytes", "1000001"),
    Case("uri empty", source(uri=""), "inputs[0].uri", "1..4096", "0"),
    Case("uri long", source(uri="http://example.com/" + "x" * 4_078), "inputs[0].uri",
         "1..4096", "4097"),
    Case("digest", source(artifact_digest="abc"), "inputs[0].artifact_digest",
         "[0-9a-f]{64}", "abc"),
    Case("media", source(media_id="nobody"), "", "", "", "NOT_FOUND", "MEDIA_NOT_FOUND"),
    Case("upload", source(upload_id="nobody"), "", "", "", "NOT_FOUND", "UPLOAD_NOT_FOUND"),
    Case("artifact", source(artifact_digest="0" * 64), "", "", "", "NOT_FOUND",
         "ARTIFACT_NOT_FOUND"),
]  # fmt: skip
