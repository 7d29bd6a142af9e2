"""Whether a service keeps the contract of `videre.internal.v1`, seen over gRPC by a caller."""
