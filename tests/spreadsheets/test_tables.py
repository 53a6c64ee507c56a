"""Tables out and in: what a curator downloads, edits and uploads, without the pages."""
