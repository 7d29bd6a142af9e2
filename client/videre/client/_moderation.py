"""Moderation: the flows."""

from __future__ import annotations

from videre.client._flow import Context, Flow
from videre.client._rpc import AUDIT_VERDICTS, EXPLAIN_VERDICT, GET_REPORT_KEY
from videre.v1 import moderation_pb2 as pb


def explain_verdict(
    context: Context, request: pb.ExplainVerdictRequest
) -> Flow[pb.ExplainVerdictResponse]:
    """Return an explanation with the segments of all pages."""
    asked = pb.ExplainVerdictRequest()
    asked.CopyFrom(request)
    whole: pb.ExplainVerdictResponse | None = None
    while True:
        page = yield from context.call(EXPLAIN_VERDICT, asked)
        asked.page_token = page.next_page_token
        if whole is None:
            whole = page
        else:
            _add(whole, page)
        if not asked.page_token:
            whole.next_page_token = ""
            return whole


def audit_verdicts(
    context: Context, request: pb.AuditVerdictsRequest
) -> Flow[pb.AuditVerdictsResponse]:
    """Return an audit of all pages, as one answer."""
    asked, whole = pb.AuditVerdictsRequest(), pb.AuditVerdictsResponse()
    asked.CopyFrom(request)
    while True:
        page = yield from context.call(AUDIT_VERDICTS, asked)
        whole.MergeFrom(page)
        asked.page_token = page.next_page_token
        if not asked.page_token:
            whole.next_page_token = ""
            return whole


def get_report_key(context: Context) -> Flow[pb.GetReportKeyResponse]:
    """Return the public key of signed reports."""
    return (yield from context.call(GET_REPORT_KEY, pb.GetReportKeyRequest()))


def _add(whole: pb.ExplainVerdictResponse, page: pb.ExplainVerdictResponse) -> None:
    """Put the segments of a further page into their groups, which the first page has."""
    groups = {(group.category, group.medium): group for group in whole.groups}
    for group in page.groups:
        groups[group.category, group.medium].segments.extend(group.segments)
