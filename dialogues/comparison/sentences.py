"""A comparison in sentences, made from its counts by fixed rules, each with its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dialogues.choices import ActorKind, Silence
from dialogues.filters import CompareSelection

from .counts import floor_speakers, held_stances, position_counts
from .years import ComparisonYear

# Of more years than these the depth is not put in a sentence.
MOST_OTHERS = 3


@dataclass(frozen=True)
class Sentence:
    """A sentence, and the query string of the view of this comparison that it is read from."""

    text: str
    query: str


def sentences(selection: CompareSelection, years: list[ComparisonYear]) -> list[Sentence]:
    """Three to six sentences; none claims more than was counted. Two queries."""
    numbers = {
        year: {theme: sum(stances.values()) for theme, stances in by_theme.items()}
        for year, by_theme in position_counts(selection).items()
    }
    one_theme = len(selection.given.get("theme", [])) == 1
    # The chosen theme comes first.
    texts = [
        *(_theme(selection, years) if one_theme else ()),
        _depth(selection, years),
        *_depth_of_others(selection, years),
        *_states(selection, years),
        *(() if one_theme else _themes(selection, years, numbers)),
        *_years_without_rows(selection, years, numbers),
        *_silent_years(selection, years),
    ]
    return texts[:6]


def _depth(selection: CompareSelection, years: list[ComparisonYear]) -> Sentence:
    base = years[0]
    if base.silence:
        text = _(
            "Nothing is recorded of who spoke in %(year)d (%(why)s): only facts and panels of that "
            "year can be compared."
        )
        values = {"year": base.year, "why": str(base.silence.label).lower()}
    elif base.reported is None:
        text = _("The record of %(year)d names %(named)d Member States as speaking from the floor.")
        values = {"year": base.year, "named": base.named}
    else:
        text = _(
            "The record of %(year)d names %(named)d of the %(reported)d Member States that are "
            "reported to have spoken; what the others said is not known here."
        )
        values = {"year": base.year, "named": base.named, "reported": base.reported}
    return Sentence(text % values, selection.with_own(view="facts", sort=None))


def _depth_of_others(selection: CompareSelection, years: list[ComparisonYear]) -> list[Sentence]:
    """How far the records of a few other years go; of many the heads of the columns say it."""
    others = [column for column in years[1:] if not column.silence]
    if not others or len(others) > MOST_OTHERS:
        return []
    numbers = []
    for column in others:
        text = _("%(named)d of %(reported)d reported in %(year)d")
        if column.reported is None:
            text = _("%(named)d in %(year)d, where no count is reported")
        values = {"year": column.year, "named": column.named, "reported": column.reported}
        numbers.append(text % values)
        if column.is_partial:
            numbers[-1] = _("%(number)s (coded in part)") % {"number": numbers[-1]}
    text = _("Member States named in the other records: %(numbers)s.")
    query = selection.with_own(view="facts", sort=None)
    return [Sentence(text % {"numbers": "; ".join(numbers)}, query)]


def _states(selection: CompareSelection, years: list[ComparisonYear]) -> list[Sentence]:
    """How many of the base's Member States the other years name too, whatever the filters."""
    states = {
        year: by_kind.get(ActorKind.MEMBER_STATE, set())
        for year, by_kind in floor_speakers(selection).items()
    }
    base, others = states[selection.base], [c for c in years[1:] if not c.silence]
    if not base or not others:
        return []
    query = selection.unfiltered(view="participation", kind="member_state", form="statement")
    if len(others) == 1:
        other = others[0]
        text = _(
            "Of those %(named)d Member States, %(again)d are named in %(year)d too; %(year)d names "
            "%(new)d that %(base)d does not name. Not being named is not having been absent."
        )
        values = {
            "named": len(base),
            "again": len(base & states[other.year]),
            "year": other.year,
            "new": len(states[other.year] - base),
            "base": selection.base,
        }
    else:
        elsewhere = set().union(*(states[column.year] for column in others))
        text = _(
            "Of those %(named)d Member States, %(again)d are named in at least one of the "
            "%(years)d other years whose records name speakers. Not being named is not having "
            "been absent."
        )
        values = {"named": len(base), "again": len(base & elsewhere), "years": len(others)}
    return [Sentence(text % values, query)]


def _theme(selection: CompareSelection, years: list[ComparisonYear]) -> list[Sentence]:
    """The one chosen theme in each year, of few years with its stances; who holds it in both."""
    (slug,) = selection.given["theme"]
    titles = {theme.slug: theme.title for theme in selection.themes}
    counted = [column for column in years if not column.silence]
    actors = {year: set(of_year.stances) for year, of_year in held_stances(selection).items()}
    numbers = []
    for column in counted:
        stances = Counter[str]()
        for by_stance in position_counts(selection)[column.year].values():
            stances.update(by_stance)
        if not stances and not column.is_base:
            continue
        text = ngettext(
            "%(n)d in %(year)d, of %(actors)d actor",
            "%(n)d in %(year)d, of %(actors)d actors",
            len(actors[column.year]),
        )
        values = {"year": column.year, "n": stances.total(), "actors": len(actors[column.year])}
        numbers.append(text % values)
        if stances and len(years) <= MOST_OTHERS + 1:
            words = [
                f"{word.lower()} {stances[stance]}"
                for stance, word in selection.stances.items()
                if stance in stances
            ]
            numbers[-1] += f" ({', '.join(words)})"
    text = _("Positions recorded on “%(theme)s”: %(numbers)s.")
    text %= {"theme": titles.get(slug, slug), "numbers": "; ".join(numbers)}
    query = selection.with_own(view="themes", sort=None)
    return [Sentence(text, query), *_holders(selection, counted, actors)]


def _holders(
    selection: CompareSelection, counted: list[ComparisonYear], actors: dict[int, set[int]]
) -> list[Sentence]:
    """Of those who hold something in the base, how many do in the one other year."""
    if len(counted) != 2 or not counted[0].is_base:
        return []
    if not all(actors[column.year] for column in counted):
        return []
    base, other = counted
    text = ngettext(
        "Of the %(actors)d actor of %(base)d, %(again)d has a position on it in %(year)d too.",
        "Of the %(actors)d actors of %(base)d, %(again)d have a position on it in %(year)d too.",
        len(actors[base.year]),
    )
    values = {
        "actors": len(actors[base.year]),
        "base": base.year,
        "again": len(actors[base.year] & actors[other.year]),
        "year": other.year,
    }
    return [Sentence(text % values, selection.with_own(view="words", sort=None))]


def _themes(
    selection: CompareSelection, years: list[ComparisonYear], counts: dict[int, dict[int, int]]
) -> list[Sentence]:
    """The themes that the base and the others have in common."""
    query = selection.with_own(view="themes", sort=None)
    counted = [column for column in years if not column.silence]
    base = set(counts[selection.base])
    others = set().union(*(counts[column.year] for column in counted if not column.is_base), set())
    if not base or not others:
        return []
    text = _(
        "Themes with positions recorded for %(base)d: %(themes)d; of these, with positions in "
        "%(there)s too: %(both)d. Themes with positions there only: %(new)d."
    )
    named = listed(column.year for column in counted if not column.is_base)
    values = {
        "there": named if len(years) <= MOST_OTHERS + 1 else _("another of these years"),
        "base": selection.base,
        "themes": len(base),
        "both": len(base & others),
        "new": len(others - base),
    }
    return [Sentence(text % values, query)]


def _years_without_rows(
    selection: CompareSelection, years: list[ComparisonYear], counts: dict[int, dict[int, int]]
) -> list[Sentence]:
    """Years that are coded and have no position that fits, which is no proof of absence."""
    empty = [c for c in years if not c.silence and not counts[c.year]]
    if not empty or not selection.given:
        return []
    text = ngettext(
        "The record of %(years)s holds no position that fits. A record holds only what its sources "
        "report, so that is no sign that nothing was said.",
        "The records of %(years)s hold no position that fits. A record holds only what its sources "
        "report, so that is no sign that nothing was said.",
        len(empty),
    )
    words = listed([column.year for column in empty])
    return [Sentence(text % {"years": words}, selection.with_own(view="actors", sort=None))]


def _silent_years(selection: CompareSelection, years: list[ComparisonYear]) -> list[Sentence]:
    texts = []
    beside = sorted((c.year, c.silence) for c in years[1:] if c.silence)
    not_coded = [year for year, silence in beside if silence == Silence.NOT_CODED]
    none_held = [year for year, silence in beside if silence == Silence.NONE_HELD]
    query = selection.with_own(view="facts", sort=None)
    if not_coded:
        text = ngettext(
            "%(years)s is not coded yet: nothing can be read from its empty cells.",
            "%(years)s are not coded yet: nothing can be read from their empty cells.",
            len(not_coded),
        )
        texts.append(Sentence(text % {"years": listed(not_coded)}, query))
    if none_held:
        text = _("No dialogue was held in %(years)s.")
        texts.append(Sentence(text % {"years": listed(none_held)}, query))
    return texts


def other_years_in_words(selection: CompareSelection) -> str:
    """The years beside the base, in words: "2013 and 2016"."""
    return _("every other year") if selection.beside_all else listed(selection.others)


def comparison_title(selection: CompareSelection) -> str:
    """Which years, in words: "2011 beside 2013 and 2016"."""
    values = {"base": selection.base, "others": other_years_in_words(selection)}
    return _("%(base)d beside %(others)s") % values


def listed(words: Iterable[object]) -> str:
    """Words in a sentence: "a, b and c"."""
    *some, last = [str(word) for word in words] or [""]
    if not some:
        return last
    return _("%(some)s and %(last)s") % {"some": ", ".join(some), "last": last}
