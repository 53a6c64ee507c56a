"""How a record moves from draft to the public and back: the only way states change.

Every step writes a revision in the same transaction. `roles` is the table of who may what,
`steps` takes the steps, `proposals` changes what is published, `applying` puts a record in place,
`history` keeps the chain of revisions, `guard` keeps it in the database, `intake` takes files in,
`texts` the texts of sources, and `reading` counts how far their passages are read.
"""

from .applying import faults_of, follow_up, put_in_place, show_to_readers, trial
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
    unrecorded,
    write_revisions,
)
from .intake import take_in
from .proposals import (
    approve,
    decline,
    give_back,
    outdated,
    proposal_of,
    propose,
    record_of,
    restore,
    same,
    shown,
    submit,
)
from .reading import Reading, Unread, cited_in, not_read, proposed_records, reading_of, unread
from .roles import ADMINISTRATOR, ROLES, is_administrator, may
from .steps import (
    NotAllowed,
    give_refs,
    last_published,
    lock,
    publish,
    saved,
    unpublished,
    unpublished_references,
    withdraw,
)
from .texts import attach

__all__ = [
    "ADMINISTRATOR",
    "GENESIS",
    "ROLES",
    "NotAllowed",
    "Reading",
    "Unread",
    "approve",
    "attach",
    "authors",
    "chained",
    "cited_in",
    "decline",
    "departure",
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
    "not_read",
    "outdated",
    "proposal_of",
    "propose",
    "proposed_records",
    "publish",
    "put_in_place",
    "reading_of",
    "record_of",
    "restore",
    "same",
    "saved",
    "show_to_readers",
    "shown",
    "submit",
    "take_in",
    "trial",
    "unguarded",
    "unpublished",
    "unpublished_references",
    "unread",
    "unrecorded",
    "withdraw",
    "write_revisions",
]
