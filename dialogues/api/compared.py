"""How the API shows a comparison: columns with their caveats, and the rows of each view."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from dialogues.choices import ProposalPart, Silence, Stance

from .links import ActorLink, Cite, DialogueLink, ThemeLink
from .serializers import Position, Tally


def silence() -> Any:
    return serializers.ChoiceField(
        choices=Silence.choices,
        allow_null=True,
        help_text="Why there is nothing to count; null where something is.",
    )


class Said(Position):
    """A position beside others: the rest of it is at `api`."""

    # Each would be a query more for every answer of a comparison.
    other_themes = situations = instruments = mentions = None

    class Meta(Position.Meta):
        fields = tuple(
            name
            for name in Position.Meta.fields
            if name not in ("other_themes", "situations", "instruments", "mentions")
        )


@extend_schema_field({"type": ["string", "null"], "format": "uri"})
class Rows(serializers.Field):
    """Where the rows that a number counts are listed; null where it counts none.

    Without a `name` the number itself says in which list, as `of`.
    """

    def __init__(self, name: str, query: str = "query", number: str = "", **kwargs: Any) -> None:
        self.list, self.query, self.number = name, query, number
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, cell: Any) -> str | None:
        query = getattr(cell, self.query)
        if not query or (self.number and not getattr(cell, self.number)):
            return None
        return f"{self.context['site']}{_path(self.list or cell.of)}?{query}"


@cache
def _path(name: str) -> str:
    return reverse(f"dialogues:api-{name}")


class CompareColumn(serializers.Serializer):
    """A year, with what its record can and cannot carry."""

    year = serializers.IntegerField()
    is_base = serializers.BooleanField()
    dialogue = DialogueLink()
    named = serializers.IntegerField(help_text="Member States named as speaking from the floor.")
    reported = serializers.IntegerField(allow_null=True, help_text="Member States reported.")
    coding = serializers.CharField(source="dialogue.coding", help_text="How far it is coded.")
    silence = silence()
    caveat = serializers.CharField(help_text="What to say at the head of the column.")


class CompareSentence(serializers.Serializer):
    """What the figures say, made from them by plain rules."""

    text = serializers.CharField()
    rows = Rows("compare", help_text="The comparison that it is read from.")


class CompareSaid(serializers.Serializer):
    """A value that sources give beside the preferred one."""

    value = serializers.JSONField()
    meaning = serializers.CharField()
    cites = Cite(many=True)


class CompareFactCell(serializers.Serializer):
    value = serializers.JSONField(
        help_text="Of a count: what the record names; null where nothing is recorded."
    )
    reported = serializers.IntegerField(allow_null=True, help_text="Of a count: as reported.")
    differs = serializers.BooleanField(help_text="From the base.")
    others = CompareSaid(many=True)
    rows = Rows("actors", "actors", help_text="The actors counted.")


class CompareFact(serializers.Serializer):
    """One fact over the years; a count is recorded beside reported."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    is_count = serializers.BooleanField()
    cells = CompareFactCell(many=True)


class CompareAttendance(serializers.Serializer):
    statements = serializers.IntegerField()
    silence = silence()
    rows = Rows("statements", number="statements", help_text="The statements counted.")


class CompareActor(serializers.Serializer):
    """An actor over the years. `part`: in the base and elsewhere, or in one of them only."""

    part = serializers.ChoiceField(choices=["returning", "base-only", "new"])
    actor = ActorLink()
    cells = CompareAttendance(many=True)


class CompareNumberCell(serializers.Serializer):
    number = serializers.IntegerField(allow_null=True)
    rows = Rows("", number="number", help_text="The actors, or joint statements, counted.")


class CompareNumber(serializers.Serializer):
    """How many actors of a kind, UN regional group or organization; or joint statements."""

    scheme = serializers.ChoiceField(choices=["kind", "region", "organization", "joint"])
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    cells = CompareNumberCell(many=True)


class CompareStance(serializers.Serializer):
    stance = serializers.ChoiceField(choices=Stance.choices)
    positions = serializers.IntegerField()
    rows = Rows("positions", help_text="The positions counted.")


class CompareThemeCell(serializers.Serializer):
    positions = serializers.IntegerField()
    actors = serializers.IntegerField(help_text="Actors that hold them.")
    stances = CompareStance(many=True)
    share = serializers.FloatField(
        allow_null=True, help_text="Of all positions recorded for the year."
    )
    change = serializers.CharField(help_text="Against the base, in words.")
    silence = silence()
    rows = Rows("positions", number="positions", help_text="The positions counted.")
    actor_rows = Rows("actors", "actors_query", "actors", help_text="The actors counted.")


class CompareTheme(serializers.Serializer):
    """Positions on one theme over the years."""

    theme = ThemeLink()
    cells = CompareThemeCell(many=True)


class CompareActorCell(serializers.Serializer):
    positions = serializers.IntegerField()
    stances = CompareStance(many=True)
    silence = silence()
    rows = Rows("positions", number="positions", help_text="The positions counted.")


class CompareSide(serializers.Serializer):
    """An actor’s points with a direction on one theme in one year."""

    positions = serializers.IntegerField(source="number")
    said = Said(many=True, help_text="One of each stance.")
    rows = Rows("positions", help_text="The positions counted.")


class CompareTurn(serializers.Serializer):
    """From opposes or concerned to supports or welcomes on one theme, or back."""

    actor = ActorLink(source="turn.actor")
    theme = ThemeLink(source="turn.theme")
    before_year = serializers.IntegerField(source="turn.before_year")
    after_year = serializers.IntegerField(source="turn.after_year")
    favourable = serializers.BooleanField(
        source="turn.favourable", help_text="Towards supports or welcomes."
    )
    before = CompareSide()
    after = CompareSide()


class CompareStances(serializers.Serializer):
    """The stances of one actor over the years, and how many turns of direction it makes."""

    actor = ActorLink()
    cells = CompareActorCell(many=True)
    turns = serializers.SerializerMethodField(help_text="How many, on all themes.")

    def get_turns(self, row: Any) -> int:
        return len(row.turns)


class CompareWordsCell(serializers.Serializer):
    number = serializers.IntegerField(help_text="Of positions; the first few are here.")
    positions = Said(many=True)
    silence = silence()
    rows = Rows("positions", number="number", help_text="All of them.")


class CompareWordsRow(serializers.Serializer):
    """What one actor holds, year by year."""

    actor = ActorLink()
    cells = CompareWordsCell(many=True)


class ComparePanelist(serializers.Serializer):
    name = serializers.CharField()
    post = serializers.CharField()
    country = ActorLink(allow_null=True)
    region = serializers.CharField(help_text="UN regional group of that country on the day.")
    actor = ActorLink(allow_null=True)


class ComparePanelYear(serializers.Serializer):
    """The panelists of one year; for how many of them a nationality is recorded."""

    year = serializers.IntegerField(source="column.year")
    panelists = ComparePanelist(many=True)
    recorded = serializers.IntegerField()
    by_region = serializers.DictField(child=serializers.IntegerField())
    by_kind = serializers.DictField(child=serializers.IntegerField())


class CompareRegion(serializers.Serializer):
    """A UN regional group on the first day of the base dialogue."""

    slug = serializers.CharField()
    name = serializers.CharField()
    members = serializers.IntegerField()
    share = serializers.FloatField()


class ComparePart(serializers.Serializer):
    part = serializers.ChoiceField(choices=ProposalPart.choices)
    positions = Said(many=True)


class CompareProposal(serializers.Serializer):
    title = serializers.CharField()
    parts = ComparePart(many=True)


class CompareProposed(serializers.Serializer):
    """What was proposed in one year for a later one, and what theme that took."""

    year = serializers.IntegerField()
    for_year = serializers.IntegerField()
    proposals = CompareProposal(many=True)
    came = DialogueLink(allow_null=True)
    came_theme = serializers.CharField(source="came.theme", default="")


class CompareCallYear(serializers.Serializer):
    year = serializers.IntegerField()
    positions = serializers.IntegerField()
    rows = Rows("positions")


class CompareCall(serializers.Serializer):
    """A call on one theme that an actor makes in several of the years."""

    actor = ActorLink()
    theme = ThemeLink()
    by_year = CompareCallYear(many=True)


class CompareCounted(serializers.Serializer):
    theme = ThemeLink()
    tallies = Tally(many=True)


class CompareFacts(serializers.Serializer):
    view = serializers.ChoiceField(choices=["facts"])
    base = serializers.IntegerField()
    years = CompareColumn(many=True)
    sentences = CompareSentence(many=True)
    rows: Any = CompareFact(many=True)


class CompareParticipation(CompareFacts):
    view = serializers.ChoiceField(choices=["participation"])
    rows = CompareActor(many=True)
    numbers = CompareNumber(many=True)


class CompareThemes(CompareFacts):
    view = serializers.ChoiceField(choices=["themes"])
    rows = CompareTheme(many=True)


class CompareActors(CompareFacts):
    view = serializers.ChoiceField(choices=["actors"])
    rows = CompareStances(many=True)
    actors = serializers.IntegerField(help_text="That hold a position that fits.")
    pages = serializers.IntegerField(help_text="Of actors; ask for one with `page`.")
    turns = CompareTurn(many=True, help_text="The first 25 of these actors.")


class CompareWords(CompareFacts):
    view = serializers.ChoiceField(choices=["words"])
    pinned = Said(many=True)
    actors = serializers.IntegerField(help_text="That hold a position that fits.")
    pages = serializers.IntegerField(help_text="Of actors; ask for one with `page`.")
    rows = CompareWordsRow(many=True)


class ComparePanels(CompareFacts):
    view = serializers.ChoiceField(choices=["panels"])
    members = serializers.IntegerField(help_text="Of the UN, on the base dialogue’s first day.")
    regions = CompareRegion(many=True)
    rows = ComparePanelYear(many=True)


class CompareProposals(CompareFacts):
    view = serializers.ChoiceField(choices=["proposals"])
    rows = CompareProposed(many=True)
    calls = CompareCall(many=True, help_text="A page.")
    number = serializers.IntegerField(help_text="Of calls.")
    pages = serializers.IntegerField(help_text="Of calls; ask for one with `page`.")
    counted = CompareCounted(many=True)
