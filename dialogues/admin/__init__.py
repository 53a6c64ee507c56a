"""The curators' site: Django's admin, with a workflow, a coding desk and spreadsheets."""

from . import dialogue, lists, parts, provenance, quotations, statement  # noqa: F401  (each registers its models)
from .accounts import users  # noqa: F401  (each registers its models)
from .workflow import revisions  # noqa: F401  (each registers its models)
