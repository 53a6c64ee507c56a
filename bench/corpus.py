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
from itertools import accumulate
from typing import Any

import django

# Words that stand in so many of a hundred statements: what is searched for.
RARE = {"walrus": 0.0046, "oyster": 0.032, "carpenter": 0.14}
BATCH = 1000


def make(size: int) -> None:
    """The bundled records, and so many statements besides. For an empty database."""
    from django.core.management import call_command

    from dialogues import publishing
    from dialogues.records.files import DATA

    call_command("migrate", verbosity=0)
    publishing.take_in([DATA], publish=True)
    Maker().write(size)
    if django.db.connection.vendor == "postgresql":
        with django.db.connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


class Maker:
    """Draws statements. Nothing but the seed decides what."""

    def __init__(self) -> None:
        from dialogues import models

        self.random = random.Random(2011)
        self.models = models
        words = Counter[str]()
        for text in models.Position.objects.order_by("ref").values_list("summary", flat=True):
            words.update(re.findall(r"[A-Za-z]+", text))
        self.words, weights = zip(*sorted(words.items()), strict=True)
        self.weights = list(accumulate(weights))
        self.dialogues = list(models.Dialogue.objects.exclude(first_day=None).order_by("year"))
        self.actors = list(models.Actor.objects.order_by("slug").prefetch_related("names"))
        self.themes = list(models.Theme.objects.order_by("slug"))
        self.situations = list(models.Situation.objects.order_by("slug"))
        self.source = models.Source.objects.order_by("slug").first()

    def text(self, length: int) -> str:
        return " ".join(self.random.choices(self.words, cum_weights=self.weights, k=length))

    def write(self, size: int) -> None:
        for start in range(0, size, BATCH):
            self._batch(range(start, min(start + BATCH, size)))
            if sys.stderr.isatty():
                print(f"\r{start + BATCH} of {size} statements", end="", file=sys.stderr)

    def _batch(self, numbers: range) -> None:
        from django.utils import timezone

        from dialogues.search.documents import texts_of

        m, now = self.models, timezone.now()
        statements, deliveries, positions, quotations, about = [], [], [], [], []
        for number in numbers:
            dialogue = self.random.choice(self.dialogues)
            words = [word for word, share in RARE.items() if self.random.random() < share]
            statement = m.Statement(
                dialogue=dialogue,
                ref=f"RTOP-{dialogue.year}-X{number}",
                serial=10_000 + number,
                summary=" ".join([self.text(12), *words]),
                state="published",
                published_at=now,
            )
            statements.append(statement)
            actor = self.random.choice(self.actors)
            deliveries.append(m.Delivery(statement=statement, actor=actor))
            for order in range(1, self.random.choice((1, 2, 3, 3, 4, 4)) + 1):
                position = m.Position(
                    statement=statement,
                    order=order,
                    theme=self.random.choice(self.themes),
                    stance=self.random.choice(m.Position._meta.get_field("stance").choices)[0],
                    summary=self.text(16),
                    pillar_3=self.random.random() < 0.2,
                    ref=f"RTOP-{dialogue.year}-Y{number}-{order}",
                    serial=50_000 + number * 4 + order,
                )
                positions.append(position)
                if self.random.random() < 0.15:
                    about.append((position, self.random.choice(self.situations)))
                if self.random.random() < 0.2:
                    words_said = self.text(8)
                    quotations.append(
                        m.Quotation(
                            dialogue=dialogue,
                            statement=statement,
                            position=position,
                            text=words_said,
                            source=self.source,
                            ref=f"RTOP-{dialogue.year}-Z{number}-{order}",
                            serial=50_000 + number * 4 + order,
                        )
                    )
        for model, rows in (
            (m.Statement, statements),
            (m.Delivery, deliveries),
            (m.Position, positions),
            (m.Quotation, quotations),
        ):
            made: Any = model
            made.objects.bulk_create(rows, batch_size=BATCH)
        through = m.Position.situations.through
        through.objects.bulk_create(
            [through(position=position, situation=situation) for position, situation in about]
        )
        self._prefetched(statements, deliveries, positions, quotations, about)
        for text, rows in zip((m.StatementText, m.PositionText), texts_of(statements), strict=True):
            kept: Any = text
            kept.objects.bulk_create(rows, batch_size=BATCH)

    def _prefetched(self, statements: list, deliveries: list, positions: list, *rest: list) -> None:
        """Gives the objects at hand to each other, instead of reading them again."""
        quotations, about = rest
        held: dict[Any, list] = {}
        for delivery in deliveries:
            held.setdefault(("d", delivery.statement_id), []).append(delivery)
        for position in positions:
            held.setdefault(("p", position.statement_id), []).append(position)
        for quotation in quotations:
            held.setdefault(("q", quotation.position_id), []).append(quotation)
        for position, situation in about:
            held.setdefault(("s", position.pk), []).append(situation)
        for statement in statements:
            statement._prefetched_objects_cache = {
                "deliveries": _given(self.models.Delivery, held.get(("d", statement.pk), [])),
                "positions": _given(self.models.Position, held.get(("p", statement.pk), [])),
            }
        for position in positions:
            position._prefetched_objects_cache = {
                "quotations": _given(self.models.Quotation, held.get(("q", position.pk), [])),
                "situations": _given(self.models.Situation, held.get(("s", position.pk), [])),
                "instruments": _given(self.models.Instrument, []),
            }


def _given(model: Any, rows: list) -> Any:
    """A queryset that has been read already."""
    queryset = model.objects.none()
    queryset._result_cache = rows
    queryset._prefetch_done = True
    return queryset


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rtop.settings")
    django.setup()
    make(int(sys.argv[1]))
