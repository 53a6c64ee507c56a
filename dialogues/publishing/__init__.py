"""How a record moves from draft to the public and back: the only way states change.

Every step writes a revision in the same transaction. `roles` is the table of who may what,
`steps` takes the steps, `proposals` changes what is published, `applying` puts a record in place,
`merging` makes two entries one, `history` keeps the chain of revisions, `guard` keeps it in the
database, `work` says whose a record is to do, `intake` takes files in, `texts` the texts of
sources, `reading` counts how far their passages are read, and
`versions` says in which state readers find the archive.
"""

from .applying import apply_to, faults_of, reindex_and_recheck, rolled_back
from .coverage import (
    SourceCoverage,
    UnreadPassages,
    cited_in,
    passages_not_read,
    proposed_records,
    source_coverage,
    unread_passages,
)
from .imports import (
    ProposedRecord,
    current_records,
    current_text,
    digest_of,
    import_files,
    save_proposed_records,
)
from .merging import MergedRecord, absorbed, moves, objections, with_other
from .proposals import (
    approve,
    decline,
    give_back,
    make_public,
    merge,
    propose,
    publish,
    restore,
    submit,
)
from .queues import own, returned, to_review
from .revisions import (
    GENESIS,
    authors,
    chained,
    ever_wrote,
    first_broken,
    first_mismatch,
    head,
    history_of,
    outdated,
    proposal_of,
    record_of,
    same,
    shown,
    unrecorded,
    write_revisions,
)
from .roles import ADMINISTRATOR, ROLES, is_administrator, may, needs_second_factor
from .steps import (
    InvalidStep,
    give_refs,
    lock,
    saved,
    unpublished_dependencies,
    unpublished_references,
    withdraw,
)
from .texts import attach
from .triggers import without_triggers
from .versions import unless_unchanged, version_for

__all__ = [
    "ADMINISTRATOR",
    "GENESIS",
    "ROLES",
    "InvalidStep",
    "MergedRecord",
    "ProposedRecord",
    "SourceCoverage",
    "UnreadPassages",
    "absorbed",
    "apply_to",
    "approve",
    "attach",
    "authors",
    "chained",
    "cited_in",
    "current_records",
    "current_text",
    "decline",
    "digest_of",
    "ever_wrote",
    "faults_of",
    "first_broken",
    "first_mismatch",
    "give_back",
    "give_refs",
    "head",
    "history_of",
    "import_files",
    "is_administrator",
    "lock",
    "make_public",
    "may",
    "merge",
    "moves",
    "needs_second_factor",
    "objections",
    "outdated",
    "own",
    "passages_not_read",
    "proposal_of",
    "propose",
    "proposed_records",
    "publish",
    "record_of",
    "reindex_and_recheck",
    "restore",
    "returned",
    "rolled_back",
    "same",
    "save_proposed_records",
    "saved",
    "shown",
    "source_coverage",
    "submit",
    "to_review",
    "unless_unchanged",
    "unpublished_dependencies",
    "unpublished_references",
    "unread_passages",
    "unrecorded",
    "version_for",
    "with_other",
    "withdraw",
    "without_triggers",
    "write_revisions",
]
