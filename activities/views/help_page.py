"""To be written."""

from django.http import HttpRequest, HttpResponse


def help_page(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """To be written."""
    return HttpResponse(status=501)
