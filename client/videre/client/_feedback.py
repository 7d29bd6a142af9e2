"""Feedback: corrections of analyses, submitted and listed."""

from __future__ import annotations

from collections.abc import Sequence

from videre.client._flow import Context, EmitFlow, Flow
from videre.client._pages import every
from videre.client._rpc import LIST_FEEDBACK, SUBMIT_FEEDBACK
from videre.client._submit import new_request_id
from videre.v1 import feedback_pb2


def submit_feedback(
    context: Context, request: feedback_pb2.SubmitFeedbackRequest
) -> Flow[feedback_pb2.SubmitFeedbackResponse]:
    """Store corrections; a request without an id is given one, so that it can be repeated."""
    sent = feedback_pb2.SubmitFeedbackRequest()
    sent.CopyFrom(request)
    sent.request_id = sent.request_id or new_request_id()
    return (yield from context.call(SUBMIT_FEEDBACK, sent))


def list_feedback(
    context: Context,
    *,
    job_id: str = "",
    media_id: str = "",
    kinds: Sequence[feedback_pb2.CorrectionKind.ValueType] = (),
    project_id: str = "",
) -> EmitFlow[feedback_pb2.Feedback]:
    """Emit the feedback that matches, oldest first, page after page."""
    request = feedback_pb2.ListFeedbackRequest(
        project_id=project_id, job_id=job_id, media_id=media_id, kinds=kinds
    )
    return every(context, LIST_FEEDBACK, request, lambda page: page.feedback)
