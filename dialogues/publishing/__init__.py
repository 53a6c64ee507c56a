"""How a record moves from draft to the public and back: the only way states change.

Every step writes a revision in the same transaction. `roles` is the table of who may what,
`steps` takes the steps, `proposals` changes what is published, `applying` puts a record in place,
`history` keeps the chain of revisions, `guard` keeps it in the database, `intake` takes files in,
`versions` says in which state readers find the archive.
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
from .roles import ADMINISTRATOR, ROLES, is_administrator, may
from .steps import (
    NotAllowed,
    give_refs,
    lock,
    publish,
    saved,
    unpublished,
    unpublished_references,
    withdraw,
)
from .versions import Version, last_published, version

__all__ = [
    "ADMINISTRATOR",
    "GENESIS",
    "ROLES",
    "NotAllowed",
    "Version",
    "approve",
    "authors",
    "chained",
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
    "outdated",
    "proposal_of",
    "propose",
    "publish",
    "put_in_place",
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
    "unrecorded",
    "version",
    "withdraw",
    "write_revisions",
]
