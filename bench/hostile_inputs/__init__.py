"""What a stranger may send: damaged, lying, pointing elsewhere, too large, oddly named."""
