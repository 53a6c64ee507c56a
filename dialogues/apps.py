"""The app: one archive of dialogues."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DialoguesConfig(AppConfig):
    name = "dialogues"
    verbose_name = _("The archive")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """After every migrate the database guards its history, and search rows are current."""
        from .publishing import triggers
        from .search import freshness

        post_migrate.connect(triggers.create_triggers, sender=self)
        post_migrate.connect(freshness.rebuild_if_stale, sender=self)
