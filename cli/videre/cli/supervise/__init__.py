"""Running the whole suite on one machine as supervised child processes."""
