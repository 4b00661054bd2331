"""Every route with its exact path; clients follow no redirect, so a slash here is a slash there."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
