"""The curators' door: Django's admin, grouped and named for who enters records."""

from . import (  # noqa: F401  (each registers its models)
    accounts,
    dialogue,
    history,
    lists,
    parts,
    provenance,
    quotations,
    statement,
)
