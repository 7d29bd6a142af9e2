"""Values of the orchestrator as public messages, one module per kind."""
