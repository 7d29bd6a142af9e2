"""Entry of the `videre` command and of `python -m videre.cli`."""

from videre.cli.app import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
