"""The record form: one canonical form for each record, and all that reads and writes it."""
