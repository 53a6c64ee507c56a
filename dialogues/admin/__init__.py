"""The curators' door: Django's admin, grouped and named for who enters records."""

from . import dialogue, lists, parts, provenance, quotations, statement  # noqa: F401  (each registers its models)
from .accounts import users  # noqa: F401  (each registers its models)
from .workflow import revisions  # noqa: F401  (each registers its models)
