"""The admin site: its name, its first page, and the lists of records in groups."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from .filters import OwnWorkFilter
from .progress import COLUMNS, dialogue_progress
from .stage_counts import COUNTED, stage_counts

# The groups of the first page: label, name, and the models by name.
GROUPS = (
    (
        "dialogues",
        _("Dialogues"),
        ("Dialogue", "Panel", "Participation", "Statement", "Position", "Quotation", "Tally"),
    ),
    ("who", _("Who"), ("Actor", "ActorName", "Membership", "Person", "Delivery")),
    ("provenance", _("Provenance"), ("Source", "Passage", "Citation", "Assertion", "Note")),
    ("lists", _("Shared lists"), ("Theme", "Situation", "Instrument", "Event", "Synonym")),
    ("history", _("History"), ("Revision",)),
    ("accounts", _("Accounts"), ("User",)),
)


class CuratorsSite(admin.AdminSite):
    """Django's admin site with grouped lists; signing in and out is allauth's."""

    site_header = _("RtoP Dialogue Archive: curators")
    site_title = _("Curators")
    index_title = _("What would you like to enter or check?")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The groups that this person may see; lists that no group names come last."""
        apps = self._build_app_dict(request, app_label)
        models = {model["object_name"]: model for app in apps.values() for model in app["models"]}
        groups = [
            (label, name, [models.pop(model) for model in of if model in models])
            for label, name, of in GROUPS
        ]
        groups.append(("other", _("Other"), list(models.values())))
        return [
            {"app_label": label, "name": name, "app_url": "", "models": of}
            for label, name, of in groups
            if of
        ]

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The first page: counts by stage, the curator's own work, progress by dialogue, lists."""
        counts = stage_counts(request.user)
        context = {
            "own": [kind for kind in counts if any(number for number, _url in kind["own"])],
            "mine": [label for label, _condition in OwnWorkFilter.CONDITIONS.values()],
            "waiting": counts,
            "counted": [label for label, _field, _value in COUNTED.values()],
            "remaining": dialogue_progress(),
            "columns": [column.label for column in COLUMNS],
            **(extra_context or {}),
        }
        return super().index(request, context)

    def login(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """Refuses users who are signed in and no curators: a redirect would lead back here."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return account.login(request)

    def logout(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        return account.logout(request)

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        return account.password_change(request)

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        return super().app_index(
            request, app_label, {"title": _("The archive"), **(extra_context or {})}
        )


site = CuratorsSite()
