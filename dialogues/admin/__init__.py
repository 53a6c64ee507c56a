"""The curators' site: Django's admin, with a workflow, a coding desk and spreadsheets."""

from . import dialogue, lists, parts, provenance, quotations, statement
from .accounts import users
from .workflow import revisions
