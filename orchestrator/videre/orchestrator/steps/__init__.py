"""The bodies of durable steps: all I/O of a job. At-least-once, hence idempotent."""
