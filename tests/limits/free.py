"""Fields that have no limit, and why nothing they can hold is out of range."""

from __future__ import annotations

LOOKED_UP = "looked up: what is not there is NOT_FOUND"
COMPARED = "compared: another one is ETAG_MISMATCH"
OTHER_KINDS = "refused as a whole: nothing looks for its kind"
FILTERS = "a filter: what is not there matches nothing"
ANY_TIME = "any stretch may be asked for"
CHANGES = (
    "CreateNode", "UpdateNode", "DeleteNode", "SetClassMapping", "DeleteClassMapping",
    "ImportOverlay",
)  # fmt: skip
NAMED_INPUT = "an input that is not there is refused with its task"
#: Functions that change frames.
PAINTING = ("key_green_screen", "matte_portrait", "beautify_faces", "cartoonize", "upscale")
#: Messages that stand in several places are walked in one of them.
SAME = {
    **{
        f"{call}.template.production.tasks": "checked as those of a job"
        for call in ("CreateTemplate", "UpdateTemplate")
    },
    "SubmitJob.production_tasks.trim.output": "checked as transcode's",
    "SubmitJob.production_tasks.reframe.range": "checked as transcode's",
    "SubmitJob.production_tasks.reframe.renditions": "its own rules in refusals, else transcode's",
    **{
        f"SubmitJob.production_tasks.{function}.{field}": "checked as transcode's"
        for function, fields in {
            "watermark": ("range", "renditions", "shown"),
            "burn_captions": ("range", "renditions", "track.cues.range"),
            "obscure": ("range", "renditions", "regions.range"),
            "detect_music_segments": ("fade_in", "fade_out", "output"),
            "trim_silence": ("range", "shortest", "margin", "output"),
            "bleep": ("range", "ranges", "margin", "output"),
            "redact": ("margin", "output"),
            "assemble": ("renditions",),
            "transcribe": ("range",),
            "denoise_speech": ("range", "output"),
            "demix_music": ("range", "output"),
            "assess_audio": ("range",),
            "remove_logo": ("range", "renditions", "regions.range", "regions.keys"),
            "remove_text": ("range", "renditions", "regions.range", "regions.keys"),
            "summarize": ("length", "output"),
            "split_lecture": ("range", "shortest", "output"),
        }.items()
        for field in fields
    },
    **{
        f"SubmitJob.production_tasks.{function}.{field}": "checked as transcode's"
        for function in PAINTING
        for field in ("range", "renditions")
    },
    "SubmitJob.production_tasks.preview.at": "checked as transcode's",
    "SubmitJob.production_tasks.concatenate.output": "checked as transcode's",
    "SubmitJob.production_tasks.concatenate.parts.range": "checked as transcode's",
    "SubmitJob.production_tasks.trim.keep": "checked as transcode's",
    **{
        f"SubmitJob.production_tasks.mix_audio.{field}": "checked as transcode's"
        for field in ("output", "tracks.range", "tracks.start")
    },
}
FREE = {
    "SubmitJob.production_tasks.transcode.input": NAMED_INPUT,
    "SubmitJob.production_tasks.trim.input": NAMED_INPUT,
    "SubmitJob.production_tasks.reframe.input": NAMED_INPUT,
    "SubmitJob.production_tasks.key_green_screen.input": NAMED_INPUT,
    **{f"SubmitJob.production_tasks.{one}.input": NAMED_INPUT for one in PAINTING[1:]},
    "SubmitJob.production_tasks.concatenate.parts.input": NAMED_INPUT,
    "SubmitJob.production_tasks.mix_audio.tracks.input": NAMED_INPUT,
    "SubmitJob.production_tasks.mix_audio.picture": NAMED_INPUT,
    "SubmitJob.production_tasks.watermark.input": NAMED_INPUT,
    "SubmitJob.production_tasks.trim_silence.input": NAMED_INPUT,
    "SubmitJob.production_tasks.denoise_speech.input": NAMED_INPUT,
    "SubmitJob.production_tasks.demix_music.input": NAMED_INPUT,
    "SubmitJob.production_tasks.assess_audio.input": NAMED_INPUT,
    "SubmitJob.production_tasks.summarize.input": NAMED_INPUT,
    "SubmitJob.production_tasks.synthesize_speech.input": NAMED_INPUT,
    "SubmitJob.production_tasks.split_lecture.input": NAMED_INPUT,
    "SubmitJob.production_tasks.watermark.picture": NAMED_INPUT,
    "SubmitJob.production_tasks.obscure.input": NAMED_INPUT,
    "SubmitJob.production_tasks.remove_logo.input": NAMED_INPUT,
    "SubmitJob.production_tasks.remove_text.input": NAMED_INPUT,
    "SubmitJob.production_tasks.matte_portrait.backdrop.input": NAMED_INPUT,
    "SubmitJob.inputs.upload_id": LOOKED_UP,
    "SubmitJob.inputs.media_id": LOOKED_UP,
    "SubmitJob.engine_pins.version": "an engine there is not makes its stage NOT_CHECKED",
    "SubmitJob.engine_pins.model_digests": "set only in answers",
    "SubmitJob.options.ranges.start_offset": "checked with its range",
    "SubmitJob.options.ranges.end_offset": "checked with its range",
    "SubmitJob.options.include_node_ids": FILTERS,
    "SubmitJob.options.exclude_node_ids": FILTERS,
    "QueryJob.filter.start_offset": ANY_TIME,
    "QueryJob.filter.end_offset": ANY_TIME,
    "QueryJob.filter.node_ids": FILTERS,
    "QueryJob.filter.language_code": "a language without names answers in English",
    "ListJobs.media_id": FILTERS,
    "CancelJob.etag": COMPARED,
    "DeleteJob.etag": COMPARED,
    "UpdateMedia.etag": COMPARED,
    "DeleteMedia.etag": COMPARED,
    "ListHolds.media_id": FILTERS,
    "ListHolds.hold_id": FILTERS,
    "ExportJob.filter.start_offset": ANY_TIME,
    "ExportJob.filter.end_offset": ANY_TIME,
    "ExportJob.filter.node_ids": FILTERS,
    "ExportJob.filter.language_code": "a language without names answers in English",
    "FindSimilarMoments.language_code": "a language without names answers in English",
    "Recommend.language_code": "a language without names answers in English",
    "MatchAds.language_code": "a language without names answers in English",
    "SetAd.ad.subjects.stated": "set only in answers",
    "SetAd.ad.subjects.name": "set only in answers",
    "Recommend.seed": "any draw may be asked for",
    "GetUserProfile.language_code": "a language without names answers in English",
    **{
        f"SetSegment.segment.{name}.interest.{field}": "set only in answers"
        for name in ("all_of", "none_of")
        for field in ("stated", "name")
    },
    "SetUserInterests.interests.stated": "set only in answers",
    "SetUserInterests.interests.name": "set only in answers",
    "SearchMoments.language_code": "a language without names answers in English",
    "GetAnalysis.filter.start_offset": ANY_TIME,
    "GetAnalysis.filter.end_offset": ANY_TIME,
    "GetAnalysis.filter.node_ids": FILTERS,
    "GetAnalysis.filter.language_code": "a language without names answers in English",
    "ListEngines.feature": FILTERS,
    "ListIdentities.identity_id": FILTERS,
    "ListIdentities.media_id": FILTERS,
    "SubmitFeedback.job_id": LOOKED_UP,
    "SubmitFeedback.media_id": LOOKED_UP,
    "SubmitFeedback.library_id": LOOKED_UP,
    **{
        f"SubmitFeedback.corrections.{field}": "checked with a video: see test_feedback_rules.py"
        for field in (
            "span.start_offset", "span.end_offset", "span.start_frame", "span.end_frame",
            "boxes.frame", "boxes.offset", "boxes.box.x", "boxes.box.y", "boxes.box.width",
            "boxes.box.height",
        )
    },
    "SubmitFeedback.corrections.span.start_timecode": "set only in answers",
    "SubmitFeedback.corrections.span.end_timecode": "set only in answers",
    "ListFeedback.job_id": FILTERS,
    "ListFeedback.media_id": FILTERS,
    "UpdateProject.etag": COMPARED,
    "UpdateWebhook.etag": COMPARED,
    "SetRoutes.etag": COMPARED,
    "SetTrigger.etag": COMPARED,
    **{f"{call}.trigger.{field}": "set only in answers"
       for call in ("SetTrigger", "TestTrigger")
       for field in ("version", "create_time", "created_by", "look_time", "error", "etag")},
    "SetPipeline.etag": COMPARED,
    "SubmitJob.pipeline_id": LOOKED_UP,
    **{f"SubmitJob.flow.output.{field}": "checked as the job's output"
       for field in ("uri_prefix", "name_pattern", "collision")},
    **{f"SetPipeline.pipeline.templates.{kind}": LOOKED_UP
       for kind in ("analysis", "moderation", "production")},
    **{f"SetPipeline.pipeline.{field}": "set only in answers"
       for field in ("waiting_count", "running_count", "create_time", "update_time", "created_by",
                     "etag")},
    "DeleteProject.etag": COMPARED,
    "UpdateLibrary.etag": COMPARED,
    "DeleteLibrary.etag": COMPARED,
    "AddLibraryEntries.etag": COMPARED,
    "UpdateLibraryEntry.etag": COMPARED,
    "RemoveLibraryEntries.etag": COMPARED,
    "ImportLibrary.etag": COMPARED,
    "TrainHead.etag": COMPARED,
    "RestoreHead.etag": COMPARED,
    "TrainHead.node_id": "checked with its library: see test_heads.py",
    "UpdateLibraryEntry.node_id": "checked with its own kind: see test_library_pictures.py",
    **{
        f"{call}.{field}": "checked with its own kind: see test_library_pictures.py"
        for call in ("AddLibraryEntries.entries", "UpdateLibraryEntry")
        for field in (
            "word.text", "word.aliases", "word.exceptions", "word.tolerated", "word.near",
            "word.unless", "word.window", "word.pattern", "hash.algorithm", "hash.value",
            "hash.max_distance",
        )
    },
    **{
        f"{call}.prompt.text": OTHER_KINDS
        for call in ("AddLibraryEntries.entries", "UpdateLibraryEntry")
    },
    "ListNodes.parent_id": FILTERS,
    "ListNodes.language_code": FILTERS,
    "GetNode.language_code": "a language without names answers in English",
    "SetClassMapping.mapping.own": "set only in answers",
    **{f"{call}.etag": COMPARED for call in CHANGES},
    **{f"{call}Template.etag": COMPARED for call in ("Update", "Delete", "Import")},
    **{
        f"{call}.filter.{field}": FILTERS
        for call in ("ListReviews", "ClaimReviews")
        for field in ("media_id", "job_id", "rule_id")
    },
    "GetRuleRates.template": FILTERS,
    "LearnFromReviews.library_id": LOOKED_UP,
    "LearnFromReviews.etag": COMPARED,
    "ListReviews.filter.reviewer": FILTERS,
    **{f"{call}Review.lease_id": "compared: another one is LEASE_LOST"
       for call in ("Renew", "Release", "Decide")},
    "Remoderate.template": LOOKED_UP,
    "ExplainVerdict.job_id": LOOKED_UP,
    "ExportVerdictReport.job_id": LOOKED_UP,
    "PreviewTemplate.draft": "checked as that of CreateTemplate",
    "ImportTemplate.template_id": "checked with the file, whose id it takes the place of",
    **{
        f"{call}.template.{field}": "see test_template_checks.py"
        for call in ("CreateTemplate", "UpdateTemplate")
        for field in (
            "names.language_code", "names.name", "analysis.engine_pins.feature",
            "analysis.engine_pins", "moderation.engine_pins", "moderation.engine_pins.feature",
            "moderation.engine_pins.engine", "moderation.rules.rule_id", "moderation.rules.medium",
            "moderation.rules.labels", "moderation.rules.block_threshold",
            "moderation.rules.review_threshold", "moderation.rules.word_lists",
            "moderation.rules.names", "moderation.rules.names.language_code",
            "moderation.rules.names.name", "moderation.required_labels",
            "moderation.unclear_speech_ms", "moderation.unclear_speech_percent",
            "moderation.rules.libraries", "moderation.unlabeled_sound.ms",
            "moderation.unlabeled_sound.percent", "moderation.unlabeled_sound.level_dbfs",
        )
    },
    **{
        f"{call}.template.{place}.engine_pins.{field}": (
            "an engine there is not is refused with the job"
            if field == "version"
            else "set only in answers"
        )
        for call in ("CreateTemplate", "UpdateTemplate")
        for place in ("analysis", "moderation")
        for field in ("version", "model_digests")
    },
    "PreviewTemplate.engine_pins": "checked as those of a draft",
    "PreviewTemplate.engine_pins.feature": "checked as those of a draft",
    "PreviewTemplate.engine_pins.version": "where no such engine looked: NO_EVIDENCE",
    "PreviewTemplate.engine_pins.model_digests": "set only in answers",
}  # fmt: skip
#: Messages whose fields are not walked: refused as a whole, or walked elsewhere.
WHOLE = {
    "SubmitJob.context.covers",
    "EstimateJob.job",
    "SetTrigger.trigger.job",
    "TestTrigger.trigger.job",
    "PreviewTemplate.draft",
    *SAME,
}
