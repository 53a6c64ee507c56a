"""What the archive holds."""

from .actor import Actor, ActorName, Membership, Person
from .dialogue import Dialogue, Panel, Participation
from .provenance import Assertion, Citation, CitationLink, Note, Passage, Source, citation_link
from .publishing import Publishable, Revision, SharedEntry, WithdrawnPart
from .search import PositionText, StatementText
from .statement import Delivery, Position, Quotation, Statement, withdrawn_part
from .tally import Tally
from .text_draft import PassageMark, TextDraft
from .version import code_digest, last_published
from .vocabulary import Event, Instrument, Situation, Synonym, Theme
