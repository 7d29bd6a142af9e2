"""The public API for callers that speak no gRPC: Connect, gRPC-Web and JSON over HTTP/1.1."""
