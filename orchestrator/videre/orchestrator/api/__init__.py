"""The public gRPC services: protobuf in, protobuf out, everything else behind them."""
