"""How the API shows a comparison: columns with their caveats, and the rows of each view."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from dialogues.choices import ProposalPart, Silence, Stance

from . import related
from .serializers import PositionSerializer, TallySerializer


def silence() -> Any:
    return serializers.ChoiceField(
        choices=Silence.choices,
        allow_null=True,
        help_text="Why there is nothing to count; null where something is.",
    )


class SaidSerializer(PositionSerializer):
    """A position beside others: the rest of it is at `api`."""

    class Meta(PositionSerializer.Meta):
        # Each of the others would be a query more for every answer of a comparison.
        fields = tuple(
            name
            for name in PositionSerializer.Meta.fields
            if name not in ("other_themes", "situations", "instruments", "mentions")
        )


@extend_schema_field({"type": ["string", "null"], "format": "uri"})
class RowsField(serializers.Field):
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


class CompareColumnSerializer(serializers.Serializer):
    """A year, with what its record can and cannot carry."""

    year = serializers.IntegerField()
    is_base = serializers.BooleanField()
    dialogue = related.DialogueLinkSerializer()
    named = serializers.IntegerField(help_text="Member States named as speaking from the floor.")
    reported = serializers.IntegerField(allow_null=True, help_text="Member States reported.")
    coding = serializers.CharField(source="dialogue.coding", help_text="How far it is coded.")
    silence = silence()
    caveat = serializers.CharField(help_text="What to say at the head of the column.")


class CompareSentenceSerializer(serializers.Serializer):
    """What the figures say, made from them by plain rules."""

    text = serializers.CharField()
    rows = RowsField("compare", help_text="The comparison that it is read from.")


class CompareSaidSerializer(serializers.Serializer):
    """A value that sources give beside the preferred one."""

    value = serializers.JSONField()
    meaning = serializers.CharField()
    cites = related.CiteSerializer(many=True)


class CompareFactCellSerializer(serializers.Serializer):
    value = serializers.JSONField(
        help_text="Of a count: what the record names; null where nothing is recorded."
    )
    reported = serializers.IntegerField(allow_null=True, help_text="Of a count: as reported.")
    differs = serializers.BooleanField(help_text="From the base.")
    others = CompareSaidSerializer(many=True)
    rows = RowsField("actors", "actors", help_text="The actors counted.")


class CompareFactSerializer(serializers.Serializer):
    """One fact over the years; a count is recorded beside reported."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    is_count = serializers.BooleanField()
    cells = CompareFactCellSerializer(many=True)


class CompareAttendanceSerializer(serializers.Serializer):
    statements = serializers.IntegerField()
    silence = silence()
    rows = RowsField("statements", number="statements", help_text="The statements counted.")


class CompareActorSerializer(serializers.Serializer):
    """An actor over the years. `part`: in the base and elsewhere, or in one of them only."""

    part = serializers.ChoiceField(choices=["returning", "base-only", "new"])
    actor = related.ActorLinkSerializer()
    cells = CompareAttendanceSerializer(many=True)


class CompareNumberCellSerializer(serializers.Serializer):
    number = serializers.IntegerField(allow_null=True)
    rows = RowsField("", number="number", help_text="The actors, or joint statements, counted.")


class CompareNumberSerializer(serializers.Serializer):
    """How many actors of a kind, UN regional group or organization; or joint statements."""

    scheme = serializers.ChoiceField(choices=["kind", "region", "organization", "joint"])
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    cells = CompareNumberCellSerializer(many=True)


class CompareStanceSerializer(serializers.Serializer):
    stance = serializers.ChoiceField(choices=Stance.choices)
    positions = serializers.IntegerField()
    rows = RowsField("positions", help_text="The positions counted.")


class CompareThemeCellSerializer(serializers.Serializer):
    positions = serializers.IntegerField()
    actors = serializers.IntegerField(help_text="Actors that hold them.")
    stances = CompareStanceSerializer(many=True)
    share = serializers.FloatField(
        allow_null=True, help_text="Of all positions recorded for the year."
    )
    change = serializers.CharField(help_text="Against the base, in words.")
    silence = silence()
    rows = RowsField("positions", number="positions", help_text="The positions counted.")
    actor_rows = RowsField("actors", "actors_query", "actors", help_text="The actors counted.")


class CompareThemeSerializer(serializers.Serializer):
    """Positions on one theme over the years."""

    theme = related.ThemeLinkSerializer()
    cells = CompareThemeCellSerializer(many=True)


class CompareActorCellSerializer(serializers.Serializer):
    positions = serializers.IntegerField()
    stances = CompareStanceSerializer(many=True)
    silence = silence()
    rows = RowsField("positions", number="positions", help_text="The positions counted.")


class CompareSideSerializer(serializers.Serializer):
    """An actor’s points with a direction on one theme in one year."""

    positions = serializers.IntegerField(source="number")
    said = SaidSerializer(many=True, help_text="One of each stance.")
    rows = RowsField("positions", help_text="The positions counted.")


class CompareTurnSerializer(serializers.Serializer):
    """From opposes or concerned to supports or welcomes on one theme, or back."""

    actor = related.ActorLinkSerializer(source="turn.actor")
    theme = related.ThemeLinkSerializer(source="turn.theme")
    before_year = serializers.IntegerField(source="turn.before_year")
    after_year = serializers.IntegerField(source="turn.after_year")
    favourable = serializers.BooleanField(
        source="turn.favourable", help_text="Towards supports or welcomes."
    )
    before = CompareSideSerializer()
    after = CompareSideSerializer()


class CompareStancesSerializer(serializers.Serializer):
    """The stances of one actor over the years, and how many turns of direction it makes."""

    actor = related.ActorLinkSerializer()
    cells = CompareActorCellSerializer(many=True)
    turns = serializers.SerializerMethodField(help_text="How many, on all themes.")

    def get_turns(self, row: Any) -> int:
        return len(row.turns)


class CompareWordsCellSerializer(serializers.Serializer):
    number = serializers.IntegerField(help_text="Of positions; the first few are here.")
    positions = SaidSerializer(many=True)
    silence = silence()
    rows = RowsField("positions", number="number", help_text="All of them.")


class CompareWordsRowSerializer(serializers.Serializer):
    """What one actor holds, year by year."""

    actor = related.ActorLinkSerializer()
    cells = CompareWordsCellSerializer(many=True)


class ComparePanelistSerializer(serializers.Serializer):
    name = serializers.CharField()
    post = serializers.CharField()
    country = related.ActorLinkSerializer(allow_null=True)
    region = serializers.CharField(help_text="UN regional group of that country on the day.")
    actor = related.ActorLinkSerializer(allow_null=True)


class ComparePanelYearSerializer(serializers.Serializer):
    """The panelists of one year; for how many of them a nationality is recorded."""

    year = serializers.IntegerField(source="column.year")
    panelists = ComparePanelistSerializer(many=True)
    recorded = serializers.IntegerField()
    by_region = serializers.DictField(child=serializers.IntegerField())
    by_kind = serializers.DictField(child=serializers.IntegerField())


class CompareRegionSerializer(serializers.Serializer):
    """A UN regional group on the first day of the base dialogue."""

    slug = serializers.CharField()
    name = serializers.CharField()
    members = serializers.IntegerField()
    share = serializers.FloatField()


class ComparePartSerializer(serializers.Serializer):
    part = serializers.ChoiceField(choices=ProposalPart.choices)
    positions = SaidSerializer(many=True)


class CompareProposalSerializer(serializers.Serializer):
    title = serializers.CharField()
    parts = ComparePartSerializer(many=True)


class CompareProposedSerializer(serializers.Serializer):
    """What was proposed in one year for a later one, and what theme that took."""

    year = serializers.IntegerField()
    for_year = serializers.IntegerField()
    proposals = CompareProposalSerializer(many=True)
    came = related.DialogueLinkSerializer(allow_null=True)
    came_theme = serializers.CharField(source="came.theme", default="")


class CompareCallYearSerializer(serializers.Serializer):
    year = serializers.IntegerField()
    positions = serializers.IntegerField()
    rows = RowsField("positions")


class CompareCallSerializer(serializers.Serializer):
    """A call on one theme that an actor makes in several of the years."""

    actor = related.ActorLinkSerializer()
    theme = related.ThemeLinkSerializer()
    by_year = CompareCallYearSerializer(many=True)


class CompareCountedSerializer(serializers.Serializer):
    theme = related.ThemeLinkSerializer()
    tallies = TallySerializer(many=True)


class CompareFactsSerializer(serializers.Serializer):
    view = serializers.ChoiceField(choices=["facts"])
    base = serializers.IntegerField()
    years = CompareColumnSerializer(many=True)
    sentences = CompareSentenceSerializer(many=True)
    rows: Any = CompareFactSerializer(source="compared", many=True)


class CompareParticipationSerializer(CompareFactsSerializer):
    view = serializers.ChoiceField(choices=["participation"])
    rows = CompareActorSerializer(source="compared.rows", many=True)
    numbers = CompareNumberSerializer(source="compared.numbers", many=True)


class CompareThemesSerializer(CompareFactsSerializer):
    view = serializers.ChoiceField(choices=["themes"])
    rows = CompareThemeSerializer(source="compared", many=True)


class CompareActorsSerializer(CompareFactsSerializer):
    view = serializers.ChoiceField(choices=["actors"])
    rows = CompareStancesSerializer(source="compared.rows", many=True)
    actors = serializers.IntegerField(
        source="compared.number", help_text="That hold a position that fits."
    )
    pages = serializers.IntegerField(
        source="compared.pages", help_text="Of actors; ask for one with `page`."
    )
    turns = CompareTurnSerializer(
        source="compared.read", many=True, help_text="The first 25 of these actors."
    )


class CompareWordsSerializer(CompareFactsSerializer):
    view = serializers.ChoiceField(choices=["words"])
    pinned = SaidSerializer(source="compared.pinned", many=True)
    actors = serializers.IntegerField(
        source="compared.actors", help_text="That hold a position that fits."
    )
    pages = serializers.IntegerField(
        source="compared.pages", help_text="Of actors; ask for one with `page`."
    )
    rows = CompareWordsRowSerializer(source="compared.rows", many=True)


class ComparePanelsSerializer(CompareFactsSerializer):
    view = serializers.ChoiceField(choices=["panels"])
    members = serializers.IntegerField(
        source="compared.members", help_text="Of the UN, on the base dialogue’s first day."
    )
    regions = CompareRegionSerializer(source="compared.regions", many=True)
    rows = ComparePanelYearSerializer(source="compared.years", many=True)


class CompareProposalsSerializer(CompareFactsSerializer):
    view = serializers.ChoiceField(choices=["proposals"])
    rows = CompareProposedSerializer(source="compared.proposed", many=True)
    calls = CompareCallSerializer(source="compared.calls", many=True, help_text="A page.")
    number = serializers.IntegerField(source="compared.number", help_text="Of calls.")
    pages = serializers.IntegerField(
        source="compared.pages", help_text="Of calls; ask for one with `page`."
    )
    counted = CompareCountedSerializer(source="compared.counted", many=True)
