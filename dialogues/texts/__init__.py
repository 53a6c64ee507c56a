"""Texts of sources: reads documents, splits them into numbered passages, takes their digests."""
