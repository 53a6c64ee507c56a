"""The app: one archive of dialogues."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DialoguesConfig(AppConfig):
    name = "dialogues"
    verbose_name = _("The archive")
    default_auto_field = "django.db.models.BigAutoField"
