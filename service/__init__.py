"""One folder per model family, one contract for all of them (see service/README.md)."""
