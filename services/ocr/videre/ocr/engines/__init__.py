"""Text engines: one module per engine behind the protocol of `base`."""
