"""The admin's forms as a curator's browser fills them: all fields of a page, some changed."""

from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

ADMIN = "admin:dialogues_"


def add_url(name: str) -> str:
    return reverse(f"{ADMIN}{name}_add")


def change_url(obj: Any) -> str:
    return reverse(f"{ADMIN}{obj._meta.model_name}_change", args=[obj.pk])


def step_url(obj: Any, action: str) -> str:
    return reverse(f"{ADMIN}{obj._meta.model_name}_step", args=[obj.pk, action])


def fields_of(page: Any) -> dict[str, Any]:
    """What the browser would send if nothing on the page were touched."""
    data = _values(page.context["adminform"].form)
    for inline in page.context["inline_admin_formsets"]:
        formset = inline.formset
        data |= _values(formset.management_form)
        for form in formset.forms:
            data |= _values(form)
    return data


def _values(form: BaseForm) -> dict[str, Any]:
    values = {}
    for bound in form:
        value = bound.value()
        if hasattr(value, "__iter__") and not isinstance(value, str):
            value = [getattr(one, "pk", one) for one in value]
        if value is False or value is None:
            continue
        values[bound.html_name] = value
    return values


def rows(prefix: str, *rows: dict[str, Any]) -> dict[str, Any]:
    """New rows of an inline that has none yet."""
    data: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
    for index, row in enumerate(rows):
        data |= {f"{prefix}-{index}-{name}": value for name, value in row.items()}
    return data


def save(client: Client, url: str, **changes: Any) -> Any:
    """Opens a form, changes some fields and saves; fields are named with __ for the dash."""
    page = client.get(url)
    data = fields_of(page) | {name.replace("__", "-"): value for name, value in changes.items()}
    return client.post(url, data)


def errors_of(response: HttpResponse) -> str:
    """Every fault that the page shows."""
    context: Any = response.context  # type: ignore[attr-defined]
    found = [[one] if isinstance(one, str) else one for one in context["errors"]]
    return " ".join(str(fault) for faults in found for fault in faults)
