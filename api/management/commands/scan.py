"""manage.py scan USER: scan a person's folder from the command line, without a worker."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from api.actions.scan import scan_start
from api.errors import DomainError
from api.jobs.scan import scan
from api.models import User
from api.models.job import JobState


class Command(BaseCommand):
    help = "Take in the photos of a user's folder and read them in this process."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="name of the account")
        parser.add_argument("--full", action="store_true", help="read every file anew")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"].lower()).first()
        if user is None:
            raise CommandError(f"There is no user {options['user']}.")
        try:
            job = scan_start(user=user, full=options["full"], queue=False)
        except DomainError as error:
            raise CommandError(error.detail) from error
        if job.state != JobState.QUEUED:
            raise CommandError("A scan of this user is running already.")
        scan(job.pk, queue=False)
        job.refresh_from_db()
        if job.state != JobState.DONE:
            raise CommandError(job.error or f"The scan ended as {job.state}.")
        counts = {name: count for name, count in job.result.items() if isinstance(count, int)}
        for name, count in (counts | job.result.get("skipped", {})).items():
            self.stdout.write(f"{count:8d} {name}")
