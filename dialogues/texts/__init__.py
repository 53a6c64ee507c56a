"""Texts of sources: documents read, cut into numbered passages, and measured."""
