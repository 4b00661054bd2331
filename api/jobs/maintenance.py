"""What runs every minute: pick up again what a killed worker left behind, and begin what is due."""

from api.actions.draft_nights import draft_nights_start
from api.actions.file_writes import file_writes_queue
from api.actions.jobs import jobs_rescue
from api.actions.photo_rescue import photos_rescue


def rescue() -> str:
    """Queue lost jobs and half-read photos again; the count is kept by the queue."""
    return f"{jobs_rescue()} jobs, {photos_rescue()} photos"


def nights() -> str:
    """Start the drafts of the night where it has begun."""
    return f"{draft_nights_start()} jobs"


def file_writes() -> str:
    """Write captions into files where that failed, or was missed, before."""
    return f"{file_writes_queue()} users"
