"""A made-up archive of any size: the same for the same size, written in the archive's own tables.

    DATABASE_URL=… python -m bench.corpus 100000

It makes the bundled records first, so that actors, themes and dialogues are the real ones; what the
statements say is drawn from the words of the records, as often as they stand there.
"""

import os
import random
import re
import sys
from collections import Counter
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

import django

# Words that stand in so many of a hundred statements: what is searched for.
RARE = {"walrus": 0.0046, "oyster": 0.032, "carpenter": 0.14}
BATCH = 1000
PUBLISHED = datetime(2024, 1, 1, tzinfo=UTC)


def make(size: int) -> None:
    """The bundled records, and so many statements besides. For an empty database."""
    from django.core.management import call_command

    from dialogues import publishing
    from dialogues.records.files import DATA

    call_command("migrate", verbosity=0)
    publishing.import_files([DATA], publish=True)
    Maker().write(size)
    with django.db.connection.cursor() as cursor:
        if django.db.connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("ANALYZE")


class Maker:
    """Draws statements. Nothing but the seed decides what."""

    def __init__(self) -> None:
        from dialogues import models as m

        self.random = random.Random(2011)
        self.models = m
        words = Counter[str]()
        for text in m.Position.objects.order_by("ref").values_list("summary", flat=True):
            words.update(re.findall(r"[A-Za-z]+", text))
        self.words, weights = zip(*sorted(words.items()), strict=True)
        self.weights = list(accumulate(weights))
        self.dialogues = list(m.Dialogue.objects.exclude(first_day=None).order_by("year"))
        self.actors = list(
            m.Actor.objects.order_by("slug").prefetch_related("names", "memberships")
        )
        self.themes = list(m.Theme.objects.order_by("slug"))
        self.situations = list(m.Situation.objects.order_by("slug"))
        self.instruments = list(m.Instrument.objects.order_by("slug"))
        self.source = m.Source.objects.order_by("slug").first()
        self.about = (m.Position.situations.through, m.Position.instruments.through)
        # What others refer to first.
        self.made = (m.Statement, m.Delivery, m.Position, m.Quotation, *self.about)

    def text(self, length: int) -> str:
        return " ".join(self.random.choices(self.words, cum_weights=self.weights, k=length))

    def write(self, size: int) -> None:
        from dialogues.search.indexing import texts_of

        m = self.models
        for start in range(0, size, BATCH):
            with django.db.transaction.atomic():
                made: dict[Any, list] = {model: [] for model in self.made}
                for number in range(start, min(start + BATCH, size)):
                    self.statement(number, made)
                for model, rows in made.items():
                    model._default_manager.bulk_create(rows)
                texts = texts_of(made[m.Statement])
                for model, rows in zip((m.StatementText, m.PositionText), texts, strict=True):
                    model._default_manager.bulk_create(rows)
            if sys.stderr.isatty():
                print(f"\r{start + BATCH} of {size} statements", end="", file=sys.stderr)

    def _new(self, made: dict, model: Any, **fields: Any) -> Any:
        made[model].append(model(**fields))
        return made[model][-1]

    def statement(self, number: int, made: dict) -> None:
        """One statement with its parts, which hold each other as if they had been read."""
        m, draw = self.models, self.random
        dialogue = draw.choice(self.dialogues)
        words = [word for word, share in RARE.items() if draw.random() < share]
        statement = self._new(
            made,
            m.Statement,
            dialogue=dialogue,
            ref=f"RTOP-{dialogue.year}-S{10_000 + number}",
            serial=10_000 + number,
            summary=" ".join([self.text(12), *words]),
            state="published",
            published_at=PUBLISHED,
        )
        deliverers = draw.sample(self.actors, 2 if draw.random() < 0.05 else 1)
        positions = [
            self._position(statement, number, order, made)
            for order in range(1, draw.choice((1, 2, 3, 3, 4, 4)) + 1)
        ]
        _hold(
            statement,
            positions=positions,
            deliveries=[
                self._delivery(statement, actor, order, made)
                for order, actor in enumerate(deliverers, 1)
            ],
            citations=[],
        )

    def _delivery(self, statement: Any, actor: Any, order: int, made: dict) -> Any:
        parts = {"statement": statement, "actor": actor, "order": order}
        delivery = self._new(made, self.models.Delivery, **parts)
        _hold(delivery, on_behalf_of=[])
        return delivery

    def _position(self, statement: Any, number: int, order: int, made: dict) -> Any:
        m, draw = self.models, self.random
        position = self._new(
            made,
            m.Position,
            statement=statement,
            order=order,
            theme=draw.choice(self.themes),
            stance=draw.choice(m.Position._meta.get_field("stance").choices)[0],
            summary=self.text(16),
            pillar_3=draw.random() < 0.2,
            ref=f"RTOP-{statement.dialogue.year}-P{50_000 + number * 4 + order}",
            serial=50_000 + number * 4 + order,
        )
        quotations, situations, instruments = [], [], []
        if draw.random() < 0.15:
            situations.append(draw.choice(self.situations))
            self._new(made, self.about[0], position=position, situation=situations[0])
        if draw.random() < 0.1:
            instruments.append(draw.choice(self.instruments))
            self._new(made, self.about[1], position=position, instrument=instruments[0])
        if draw.random() < 0.2:
            quotations.append(
                self._new(
                    made,
                    m.Quotation,
                    dialogue=statement.dialogue,
                    statement=statement,
                    position=position,
                    text=self.text(8),
                    source=self.source,
                    ref=f"RTOP-{statement.dialogue.year}-Q{50_000 + number * 4 + order}",
                    serial=50_000 + number * 4 + order,
                )
            )
        _hold(position, quotations=quotations, situations=situations, instruments=instruments)
        _hold(position, other_themes=[], mentions=[], citations=[])
        return position


def _hold(record: Any, **related: list) -> None:
    """Gives a record what is related to it, as if that had been prefetched."""
    vars(record).setdefault("_prefetched_objects_cache", {}).update(related)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rtop.settings")
    django.setup()
    make(int(sys.argv[1]))
