"""Speech engines: one module per engine behind the protocols of `base`."""
