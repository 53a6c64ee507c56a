"""The record form: one canonical JSON form for each kind of record, read and written here."""
