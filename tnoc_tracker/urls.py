"""Every address of the product. Each plan has its own under ``/plans/<slug>/``."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from tnoc_tracker import gallery, health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("agencies.urls")),
    path("", include("activities.urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("gallery/", gallery.gallery, name="gallery"))

handler400 = "tnoc_tracker.errors.bad_request"
handler403 = "tnoc_tracker.errors.forbidden"
handler404 = "tnoc_tracker.errors.not_found"
handler500 = "tnoc_tracker.errors.failure"
