"""How a record moves from draft to the public and back: the only way states change.

Every step writes a revision in the same transaction. `roles` is the table of who may what,
`steps` takes the steps, `proposals` changes what is published, `applying` puts a record in place,
`merging` makes two entries one, `history` keeps the chain of revisions, `guard` keeps it in the
database, `work` says whose a record is to do, `intake` takes files in.
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
from .intake import take_in
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
from .roles import ADMINISTRATOR, ROLES, is_administrator, may, needs_second_factor
from .steps import (
    NotAllowed,
    give_refs,
    last_published,
    lock,
    saved,
    unpublished,
    unpublished_references,
    withdraw,
)
from .work import own, returned, to_review

__all__ = [
    "ADMINISTRATOR",
    "GENESIS",
    "ROLES",
    "Move",
    "NotAllowed",
    "absorbed",
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
    "merge",
    "moves",
    "needs_second_factor",
    "objections",
    "outdated",
    "own",
    "proposal_of",
    "propose",
    "publish",
    "put_in_place",
    "record_of",
    "restore",
    "returned",
    "same",
    "saved",
    "show_to_readers",
    "shown",
    "submit",
    "take_in",
    "to_review",
    "trial",
    "unguarded",
    "unpublished",
    "unpublished_references",
    "unrecorded",
    "with_other",
    "withdraw",
    "write_revisions",
]
