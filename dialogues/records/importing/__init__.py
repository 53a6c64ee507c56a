"""Record files in: planned as a whole, then applied or refused."""
