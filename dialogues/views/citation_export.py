"""How a page is cited: as a line of text, in BibTeX and in RIS."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

PUBLISHER = "RtoP Dialogue Archive"


@dataclass(frozen=True)
class CitableReference:
    """A page of the archive as a reference manager takes it; `key` is BibTeX's."""

    key: str
    title: str
    address: str
    read_on: date

    @property
    def text(self) -> str:
        return _("%(publisher)s, “%(title)s”. Read on %(day)s. %(address)s") % {
            "publisher": PUBLISHER,
            "title": self.title,
            "day": date_format(self.read_on, "j F Y"),
            "address": self.address,
        }

    @property
    def bibtex(self) -> str:
        fields = {
            "author": f"{{{PUBLISHER}}}",
            "title": self.title,
            "year": str(self.read_on.year),
            "url": self.address,
            "urldate": self.read_on.isoformat(),
        }
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
        return "\n".join([f"@online{{{self.key},", *lines, "}"])

    @property
    def ris(self) -> str:
        fields = [
            ("TY", "ELEC"),
            ("AU", PUBLISHER),
            ("TI", self.title),
            ("PY", str(self.read_on.year)),
            ("UR", self.address),
            ("Y2", self.read_on.strftime("%Y/%m/%d")),
            ("ER", ""),
        ]
        return "\n".join(f"{name}  - {value}" for name, value in fields)
