"""The app: one archive of dialogues."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DialoguesConfig(AppConfig):
    name = "dialogues"
    verbose_name = _("The archive")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """After every migrate the database itself keeps the history as it is."""
        from .publishing import triggers

        post_migrate.connect(triggers.create_triggers, sender=self)
