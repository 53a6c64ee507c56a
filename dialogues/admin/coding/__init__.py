"""The coding desk: a source read passage by passage, and its positions coded."""
