"""The OCR service's process."""

from __future__ import annotations

from videre.common.auth import Role
from videre.common.server import Registration
from videre.common.service import Service, ServiceContext, run_service
from videre.internal.v1 import ocr_pb2, ocr_pb2_grpc
from videre.ocr.registry import ocr_engines
from videre.ocr.servicer import OcrServicer


def build(context: ServiceContext) -> Service:
    """Make the engines and the servicer."""
    engines = ocr_engines(context.models)
    registration = Registration(
        ocr_pb2.DESCRIPTOR.services_by_name["OcrService"],
        ocr_pb2_grpc.add_OcrServiceServicer_to_server,
        OcrServicer(engines, context.executor),
        Role.SUBMITTER,
    )
    return Service(engines, [registration])


if __name__ == "__main__":
    run_service("ocr", build)
