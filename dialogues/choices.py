"""Choices of model fields: kinds, forms, stances, states of publishing."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """The state of a record, from draft to public."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ProposalState(TextChoices):
    """The state of the proposed change of a published record."""

    DRAFT = "draft", _("Change being written")
    IN_REVIEW = "in_review", _("Change in review")


class Stage(TextChoices):
    """State and proposed change in one: the stages of the workflow (`publishing.workflow`)."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    PUBLISHED = "published", _("Published")
    PROPOSED = "proposed", _("Published, with a change being written")
    PROPOSAL_IN_REVIEW = "proposal_in_review", _("Published, with a change in review")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class DialogueFormat(TextChoices):
    INFORMAL = "informal_interactive_dialogue", _("Informal interactive dialogue")
    PLENARY = "plenary_debate", _("Plenary debate")
    NONE_HELD = "none_held", _("None held")


class Coding(TextChoices):
    """How far a year's sources are coded as statements and positions."""

    FULL = "full", _("Coded in full")
    PARTIAL = "partial", _("Coded in part")
    NOT_CODED = "not_coded", _("Not coded yet")


class PanelKind(TextChoices):
    OPENING = "opening", _("Opening")
    PANEL = "panel", _("Panel")
    DISCUSSION = "discussion", _("Discussion")
    DEBATE = "debate", _("Debate")
    REMARKS = "remarks", _("Remarks")
    CLOSING = "closing", _("Closing")


class ParticipationRole(TextChoices):
    OPENING_REMARKS = "opening_remarks", _("Opening remarks")
    PANELIST = "panelist", _("Panelist")
    MODERATOR = "moderator", _("Moderator")
    COMMENTATOR = "commentator", _("Commentator")
    CLOSING_REMARKS = "closing_remarks", _("Closing remarks")


class ActorKind(TextChoices):
    MEMBER_STATE = "member_state", _("Member State")
    OBSERVER = "observer", _("Observer")
    REGIONAL_ORGANIZATION = "regional_organization", _("Regional organization")
    GROUP = "group", _("Group")
    UN_OFFICIAL = "un_official", _("UN official")
    UN_BODY = "un_body", _("UN body")
    CIVIL_SOCIETY = "civil_society", _("Civil society")


class NameKind(TextChoices):
    LONG = "long", _("Long form")
    SHORT = "short", _("Short form")
    FORMER = "former", _("Former name")
    ABBREVIATION = "abbreviation", _("Abbreviation")
    VARIANT = "variant", _("Variant")


class StatementForm(TextChoices):
    STATEMENT = "statement", _("Statement")
    OPENING = "opening", _("Opening")
    PRESENTATION = "presentation", _("Presentation")
    REMARKS = "remarks", _("Remarks")


class DeliveryMode(TextChoices):
    DELIVERED = "delivered", _("Delivered it")
    JOINED = "joined", _("Joined it")


class Stance(TextChoices):
    SUPPORTS = "supports", _("Supports")
    WELCOMES = "welcomes", _("Welcomes")
    CALLS_FOR = "calls_for", _("Calls for")
    NOTES = "notes", _("Notes")
    CONCERNED = "concerned", _("Concerned")
    MIXED = "mixed", _("Mixed")
    OPPOSES = "opposes", _("Opposes")


class Pillar(IntegerChoices):
    ONE = 1, _("Pillar I: the state’s own duty")
    TWO = 2, _("Pillar II: international assistance")
    THREE = 3, _("Pillar III: timely and decisive response")


class Attribution(TextChoices):
    """How the source ties a point to its actor."""

    INDIVIDUAL = "individual", _("Named alone")
    LIST = "list", _("Named in a closed list")
    EXAMPLE = "example", _("Named as an example")
    JOINT = "joint", _("Deliverers of a joint statement")
    REPORTED = "reported", _("Reported by another")


class HeadingBasis(TextChoices):
    PRINTED = "printed", _("Printed under this heading")
    ASSIGNED = "assigned", _("Placed under it by the curator")


class ProposalPart(TextChoices):
    """How a position relates to a proposal for a later dialogue's theme."""

    PROPOSES = "proposes", _("Proposes it")
    SUPPORTS = "supports", _("Supports it")
    PREFERS_OTHER = "prefers_other", _("Prefers another")
    OPPOSES = "opposes", _("Opposes it")


class QuotationKind(TextChoices):
    SPEECH = "speech", _("A speaker’s words")
    TITLE = "title", _("A title")
    DOCUMENT = "document", _("A document’s words")


class TallyRelation(TextChoices):
    """How the names found relate to the number reported."""

    EXHAUSTIVE = "exhaustive", _("All are named")
    PARTIAL = "partial", _("Some are named")
    EXAMPLES = "examples", _("Examples are named")
    IMPLIED = "implied", _("Names are implied")
    NONE = "none", _("None is named")


class InstrumentKind(TextChoices):
    UN_REPORT = "un_report", _("UN report")
    RESOLUTION = "resolution", _("Resolution")
    COMMITMENT = "commitment", _("Commitment")
    FRAMEWORK = "framework", _("Framework")
    COURT = "court", _("Court")
    TREATY = "treaty", _("Treaty")
    MECHANISM = "mechanism", _("Mechanism")
    UN_MECHANISM = "un_mechanism", _("UN mechanism")
    REGIONAL_MECHANISM = "regional_mechanism", _("Regional mechanism")
    REGIONAL_INSTRUMENT = "regional_instrument", _("Regional instrument")
    MISSION = "mission", _("Mission")
    TOOL = "tool", _("Tool")
    NETWORK = "network", _("Network")
    FORUM = "forum", _("Forum")
    PROCESS = "process", _("Process")


class PassageKind(TextChoices):
    PARAGRAPH = "paragraph", _("Paragraph")
    LINK_LINE = "link_line", _("Link line")
    CAPTION = "caption", _("Caption")


class Mark(TextChoices):
    """The mark of a passage, set by a curator or by a corrected text."""

    SET_ASIDE = "set_aside", _("Set aside")
    CHANGED = "changed", _("Changed: read it again")


class NoteKind(TextChoices):
    CONTEXT = "context", _("Context")
    READING = "reading", _("How it was read")
    DISAGREEMENT = "disagreement", _("Sources differ")
    NOT_STATED = "not_stated", _("Not stated")
    TERM = "term", _("Term")
    COUNT = "count", _("Count")
    ROLE = "role", _("Role")
    QUOTATION = "quotation", _("Quotation")
    NAMING = "naming", _("Name")
    GARBLING = "garbling", _("Damaged text")
    STRUCTURE = "structure", _("Structure")
    ATTRIBUTION = "attribution", _("Attribution")
    PILLAR = "pillar", _("Pillar")
    STANCE = "stance", _("Stance")
    DUPLICATE = "duplicate", _("Repetition")
    WORDING = "wording", _("Wording")


class Check(TextChoices):
    """The result of looking up a quotation's words in their passage."""

    VERIFIED = "verified", _("Verified against the report")
    NOT_FOUND = "not_found", _("Not found in its passage")
    NOT_CHECKED = "not_checked", _("Not checked")


class RevisionAction(TextChoices):
    CREATED = "created", _("Created")
    CHANGED = "changed", _("Changed")
    SUBMITTED = "submitted", _("Sent to review")
    RETURNED = "returned", _("Returned")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    RESTORED = "restored", _("Restored")
    MERGED = "merged", _("References moved by a merge")
    PROPOSED = "proposed", _("Change proposed")
    PUT_FORWARD = "put_forward", _("Change sent to review")
    HANDED_BACK = "handed_back", _("Change returned")
    APPROVED = "approved", _("Change approved")
    DECLINED = "declined", _("Change declined")


# Revisions whose record is a proposed change: readers have not seen it.
OF_A_PROPOSAL = (
    RevisionAction.PROPOSED,
    RevisionAction.PUT_FORWARD,
    RevisionAction.HANDED_BACK,
    RevisionAction.DECLINED,
)
# Revisions after which readers see something else.
SEEN_BY_READERS = (
    RevisionAction.PUBLISHED,
    RevisionAction.APPROVED,
    RevisionAction.WITHDRAWN,
)


class Silence(TextChoices):
    """Why an actor has no position in a year; none of them is a stance."""

    NONE_HELD = "none_held", _("None held")
    NOT_CODED = "not_coded", _("Not coded yet")
    NOT_NAMED = "not_named", _("Not named in this record")
    NOTHING_ON_THEME = "nothing_on_theme", _("Named, nothing on this theme")


# The counts that a report gives of a whole dialogue, in the order in which they are shown.
REPORTED_COUNTS = {
    "member_states": _("Member States"),
    "regional_organizations": _("Regional organizations"),
    "observers": _("Observers"),
    "civil_society": _("Civil society"),
    "states_spoken_for": _("States spoken for"),
    "observers_spoken_for": _("Observers spoken for"),
    "speakers": _("Speakers in all"),
}
# The kinds of actors that are counted in the record beside these reported counts.
COUNTED_KINDS = {
    "member_states": ActorKind.MEMBER_STATE,
    "regional_organizations": ActorKind.REGIONAL_ORGANIZATION,
    "observers": ActorKind.OBSERVER,
    "civil_society": ActorKind.CIVIL_SOCIETY,
}

# The five groups in which the United Nations elects; every member is in one of them, but for a few.
UN_REGIONAL_GROUPS = (
    "african-group",
    "asia-pacific-group",
    "eastern-european-group",
    "grulac",
    "weog",
)
