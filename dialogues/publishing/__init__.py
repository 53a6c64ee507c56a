"""How a record moves from draft to the public and back, and the history of it.

- `workflow`: the steps and roles as one table, and the only function that changes a state
- `steps`: takes a step: its checks, what follows from it, its revision
- `requirements`: what a record must be before readers see it
- `numbering`: public references, given at first publication
- `proposals`: changes of published records, merges, previews, older texts restored
- `merging`: what a merge of two shared entries moves
- `duplicates`: shared entries that are probably one
- `applying`: overwrites an object with a record, for good or to undo it
- `imports`: many records at once, from files or a spreadsheet
- `texts`: the texts of sources
- `revisions`: the chain of revisions; `triggers` keep the database from changing it
- `queues`: which records wait for which curator
- `coverage`: how far the passages of sources are read
- `versions`: the version of the published data, for ETags and caches
- `verification`: the whole archive checked, for `verify_archive`

Other rooms import the names below, and modules by name where they need more.
"""

from .applying import apply_to, reindex_and_recheck, rolled_back
from .imports import (
    ProposedRecord,
    current_records,
    digest_of,
    import_files,
    save_proposed_records,
)
from .merging import entries_to_absorb, merge_blockers, merged_record, references_moved
from .proposals import merge, propose, publish_for_preview, restore
from .requirements import unpublished_dependencies
from .revisions import (
    all_authors,
    authors,
    chain_head,
    current_record,
    current_revision,
    first_broken,
    first_mismatch,
    history_of,
    is_stale,
    proposal_of,
    record_of,
    unrecorded,
    write_save,
)
from .steps import approve, decline, publish, return_to_author, submit, take_step, withdraw
from .texts import attach_text
from .triggers import without_triggers
from .versions import unless_unchanged, version_for
from .workflow import (
    ADMINISTRATOR,
    BUTTONS,
    ROLES,
    InvalidStep,
    is_administrator,
    lock,
    may,
    needs_second_factor,
)
