"""How a record moves from draft to the public and back: the only way states change.

Every step writes a revision in the same transaction. `roles` is the table of who may what,
`steps` takes the steps, `proposals` changes what is published, `applying` puts a record in place,
`merging` makes two entries one, `history` keeps the chain of revisions, `guard` keeps it in the
database, `work` says whose a record is to do, `intake` takes files in, `texts` the texts of
sources, `reading` counts how far their passages are read, and
`versions` says in which state readers find the archive.
"""

from .applying import faults_of, follow_up, put_in_place, trial
from .guard import unguarded
from .history import (
    GENESIS,
    authors,
    chained,
    departure,
    ever_wrote,
    first_broken,
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
from .intake import (
    Wanted,
    digest_of,
    records_at_hand,
    take_in,
    take_in_wanted,
    text_at_hand,
)
from .merging import Move, absorbed, moves, objections, with_other
from .proposals import (
    approve,
    decline,
    give_back,
    merge,
    propose,
    publish,
    restore,
    show_to_readers,
    submit,
)
from .reading import Reading, Unread, cited_in, not_read, proposed_records, reading_of, unread
from .roles import ADMINISTRATOR, ROLES, is_administrator, may, needs_second_factor
from .steps import (
    NotAllowed,
    give_refs,
    lock,
    saved,
    unpublished,
    unpublished_references,
    withdraw,
)
from .texts import attach
from .versions import Version, last_published, version
from .work import own, returned, to_review

__all__ = [
    "ADMINISTRATOR",
    "GENESIS",
    "ROLES",
    "Move",
    "NotAllowed",
    "Reading",
    "Unread",
    "Version",
    "Wanted",
    "absorbed",
    "approve",
    "attach",
    "authors",
    "chained",
    "cited_in",
    "decline",
    "departure",
    "digest_of",
    "ever_wrote",
    "faults_of",
    "first_broken",
    "follow_up",
    "give_back",
    "give_refs",
    "head",
    "history_of",
    "is_administrator",
    "last_published",
    "lock",
    "may",
    "merge",
    "moves",
    "needs_second_factor",
    "not_read",
    "objections",
    "outdated",
    "own",
    "proposal_of",
    "propose",
    "proposed_records",
    "publish",
    "put_in_place",
    "reading_of",
    "record_of",
    "records_at_hand",
    "restore",
    "returned",
    "same",
    "saved",
    "show_to_readers",
    "shown",
    "submit",
    "take_in",
    "take_in_wanted",
    "text_at_hand",
    "to_review",
    "trial",
    "unguarded",
    "unpublished",
    "unpublished_references",
    "unread",
    "unrecorded",
    "version",
    "with_other",
    "withdraw",
    "write_revisions",
]
