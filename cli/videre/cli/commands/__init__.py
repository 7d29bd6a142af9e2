"""One module per family of subcommands: arguments here, work elsewhere, heavy imports late."""
