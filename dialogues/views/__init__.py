"""The readers' door: pages. All state is in the address; nothing needs a session or JavaScript."""
