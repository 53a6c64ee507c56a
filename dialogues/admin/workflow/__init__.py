"""How curators change records: edit, review, publish, merge, preview, restore."""
