"""The WSGI application that a server such as granian runs."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rtop.settings")

application = get_wsgi_application()

# All that an answer needs is loaded now, and none of it goes: whoever looks for garbage while rows
# are read need not look through it again.
get_resolver().url_patterns  # noqa: B018 (looking loads the doors)
gc.collect()
gc.freeze()
# A page makes some thousand things, and most go by themselves: to look after each seven hundred of
# them took a fifth of a page's time, a third of an export's.
gc.set_threshold(25_000, 2, 5)
