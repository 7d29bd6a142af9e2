"""The formats that a job can be exported in, by the contract's enum. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from videre.exports import imm_labels, mps_smarttag
from videre.exports.alibaba_censor import alibaba_censor
from videre.exports.coco import to_coco
from videre.exports.csv_table import csv_pieces, to_csv
from videre.exports.dublin_core import to_dublin_core
from videre.exports.editing import to_edl, to_fcp_xml, to_otio
from videre.exports.json_ld import to_json_ld
from videre.exports.json_result import json_pieces, to_json
from videre.exports.label_studio import to_label_studio, to_label_studio_config
from videre.exports.rekognition_moderation import rekognition_moderation
from videre.exports.segments import Entries
from videre.exports.subject import Subject
from videre.exports.tencent_review import tencent_review
from videre.exports.webvtt_metadata import to_webvtt_metadata
from videre.v1 import analysis_pb2, job_pb2


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Args:
        suffix: end of the file's name.
        media_type: IANA media type, or the nearest that is registered.
        write: makes the file; raises NotCarriedError where the media has no place in it.
        language: language of labels' names unless the caller asks for one.
        evidence: whether the file carries references to evidence.
        pieces: makes the same file in pieces, of lists that are made on the way; None where the
            format needs the whole analysis at once.
    """

    suffix: str
    media_type: str
    write: Callable[[Subject], bytes]
    language: str = "en"
    evidence: bool = False
    pieces: Callable[[job_pb2.Job, analysis_pb2.Analysis, Entries], Iterator[str]] | None = None


def _document(view: Callable[[Subject], Mapping[str, Any]]) -> Callable[[Subject], bytes]:
    return lambda subject: json.dumps(view(subject), ensure_ascii=False, indent=1).encode()


_JSON: Final = "application/json"
FORMATS: Final[Mapping[job_pb2.ExportFormat.ValueType, Format]] = {
    job_pb2.EXPORT_FORMAT_JSON: Format("json", _JSON, to_json, evidence=True, pieces=json_pieces),
    job_pb2.EXPORT_FORMAT_CSV: Format("csv", "text/csv", to_csv, pieces=csv_pieces),
    job_pb2.EXPORT_FORMAT_COCO: Format("coco.json", _JSON, to_coco),
    job_pb2.EXPORT_FORMAT_LABEL_STUDIO: Format("label-studio.json", _JSON, to_label_studio),
    job_pb2.EXPORT_FORMAT_LABEL_STUDIO_CONFIG: Format(
        "label-studio.xml", "application/xml", to_label_studio_config
    ),
    job_pb2.EXPORT_FORMAT_WEBVTT: Format("vtt", "text/vtt", to_webvtt_metadata),
    job_pb2.EXPORT_FORMAT_EDL: Format("edl", "text/plain", to_edl),
    job_pb2.EXPORT_FORMAT_OTIO: Format("otio", _JSON, to_otio),
    job_pb2.EXPORT_FORMAT_FCP_XML: Format("xml", "application/xml", to_fcp_xml),
    job_pb2.EXPORT_FORMAT_JSON_LD: Format("jsonld", "application/ld+json", to_json_ld),
    job_pb2.EXPORT_FORMAT_DUBLIN_CORE: Format("dc.rdf", "application/rdf+xml", to_dublin_core),
    job_pb2.EXPORT_FORMAT_IMM_LABELS: Format(
        "imm.json", _JSON, _document(imm_labels.imm_labels), imm_labels.LANGUAGE
    ),
    job_pb2.EXPORT_FORMAT_MPS_SMART_TAG: Format(
        "mps.json", _JSON, _document(mps_smarttag.mps_smarttag), mps_smarttag.LANGUAGE
    ),
    job_pb2.EXPORT_FORMAT_TENCENT_REVIEW: Format(
        "tencent.json", _JSON, _document(tencent_review), evidence=True
    ),
    job_pb2.EXPORT_FORMAT_REKOGNITION_MODERATION: Format(
        "rekognition.json", _JSON, _document(rekognition_moderation)
    ),
    job_pb2.EXPORT_FORMAT_ALIBABA_CENSOR: Format(
        "censor.json", _JSON, _document(alibaba_censor), evidence=True
    ),
}
#: Formats of the contract that are not written, and why.
NOT_WRITTEN: Final[Mapping[job_pb2.ExportFormat.ValueType, str]] = {
    job_pb2.EXPORT_FORMAT_FCPX_XML: "no library writes Final Cut Pro X XML rightly at every frame"
    " rate; FCP_XML is Final Cut Pro 7 XML, which is imported there through a converter",
    job_pb2.EXPORT_FORMAT_CVAT: "CVAT XML is not in this release; COCO is imported there",
    job_pb2.EXPORT_FORMAT_EBUCORE: "no library writes EBUCore; DUBLIN_CORE has what both share",
}
