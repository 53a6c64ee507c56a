"""The text of a source: uploaded, proposed as passages, corrected and fixed."""
