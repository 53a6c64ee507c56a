"""The comparison against the counts that it saves: the same GROUP BYs, asked live and raw."""

from collections.abc import Callable, Iterator

from dialogues.filters.cache import clear
from dialogues.filters.compare import VIEWS

from .contenders import asked_by, connected

# No filter; one by who, and two by what was said.
FILTERS = ("", "&group=grulac", "&stance=supports", "&theme=sovereignty")
COUNTING = ("GROUP BY", "SELECT DISTINCT", "ROW_NUMBER()")


def cases() -> Iterator[tuple[str, str, str]]:
    """Each view with each filter: the view, and its addresses in the API and as a page."""
    for view in VIEWS:
        for given in FILTERS:
            query = f"?view={view}{given}"
            yield view, f"/api/v1/compare/{query}", f"/compare/{query}"


def live(url: str, path: str) -> Callable[[], None]:
    """What an address asks of the database to count, when nothing has been counted before."""
    clear()
    asked = [sql for sql in asked_by([path]) if any(word in sql for word in COUNTING)]
    database = connected(url)

    def ask() -> None:
        for sql in asked:
            database.execute(sql).fetchall()

    return ask
