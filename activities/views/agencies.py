"""To be written."""

from django.http import HttpRequest, HttpResponse


def agency(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """To be written."""
    return HttpResponse(status=501)


def agency_list(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """To be written."""
    return HttpResponse(status=501)


def agency_list_csv(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """To be written."""
    return HttpResponse(status=501)


def my_agency(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """To be written."""
    return HttpResponse(status=501)
