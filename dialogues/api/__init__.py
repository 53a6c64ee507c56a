"""The partners' door: the API, read-only JSON."""
