"""Import of record files: planned and checked as a whole, then written or refused."""
