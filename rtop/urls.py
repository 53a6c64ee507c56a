"""The site's addresses: the archive's, and the curators' admin."""

from django.urls import include, path

from dialogues.admin.home import site

urlpatterns = [
    path("admin/", include("dialogues.admin.urls")),
    path("admin/", site.urls),
    path("", include("dialogues.urls")),
]
