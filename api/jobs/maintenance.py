"""What runs every minute: pick up again what a killed worker left behind."""

from api.actions.jobs import jobs_rescue
from api.actions.photo_rescue import photos_rescue


def rescue() -> str:
    """Queue lost jobs and half-read photos again; the count is kept by the queue."""
    return f"{jobs_rescue()} jobs, {photos_rescue()} photos"
