"""Ask for captions of many photos in few requests, whatever single pictures or the service do meanwhile."""

import logging
import time
from collections.abc import Callable, Sequence

from api.actions.drafts import DraftPlan
from api.actions.model_use import model_use
from api.clients.caption import CaptionAnswer, caption_images
from api.errors import DomainError, ServiceRejectedError, ServiceUnavailableError

logger = logging.getLogger(__name__)
BATCH = 8
"""Pictures in one request; the services' own limit (`MAX_BATCH`), below which this one goes by itself."""
TIMEOUT_S = 115.0
"""Nobody looks at a clock here, so as long as the service takes itself for one request (120 s)."""
TRIES = 6
"""How often a request is sent while its service is away: with the waits below, about half a minute."""
FIRST_WAIT_S = 1.0
MAX_DEATHS = 3
"""So many photos in a row at which the model's process ended, and it is the model, not the photos."""

TOO_MUCH = frozenset({"service_malformed", "service_too_large", "service_timeout", "service_deadline"})
DIED = "service_failed"


class BatchAsker:
    """Asks for one job. `size` is how many pictures go into a request; it shrinks to what the service manages."""

    def __init__(self, *, check: Callable[[], None]) -> None:
        """check: called a few times a second; raises to stop."""
        self.size = BATCH
        self._check = check
        self._deaths = 0

    def ask(self, plans: Sequence[DraftPlan], pictures: Sequence[bytes]) -> list[CaptionAnswer | DomainError]:
        """Return for each photo its captions, or why it has none.

        A picture that the service refuses, or that ends its process, fails alone. Raises ServiceUnavailableError when
        the service stays away: the job then fails with that sentence instead of skipping thousands of photos.
        """
        try:
            answers = self._patiently(plans, pictures)
        except (ServiceRejectedError, ServiceUnavailableError) as error:
            if len(plans) == 1:
                return [self._alone(error)]
            if isinstance(error, ServiceUnavailableError) and error.code not in TOO_MUCH | {DIED}:
                raise
            half = len(plans) // 2
            if error.code in TOO_MUCH:
                self.size = min(self.size, half)
            logger.info("%d photos together: %s Trying halves.", len(plans), error.detail)
            return self.ask(plans[:half], pictures[:half]) + self.ask(plans[half:], pictures[half:])
        self._deaths = 0
        return list(answers)

    def _alone(self, error: DomainError) -> DomainError:
        if isinstance(error, ServiceRejectedError):
            return error
        self._deaths += 1
        if error.code != DIED or self._deaths >= MAX_DEATHS:
            raise error
        return error

    def _patiently(self, plans: Sequence[DraftPlan], pictures: Sequence[bytes]) -> list[CaptionAnswer]:
        wait_s, attempt = FIRST_WAIT_S, 1
        while True:
            self._check()
            try:
                with model_use(plans[0].model, check=self._check) as use:
                    return caption_images(
                        pictures, use=use, options={"num_captions": 1}, timeout_s=TIMEOUT_S, check=self._check
                    )
            except ServiceUnavailableError as error:
                # What may be due to the pictures is tried with fewer of them at once; the rest is a matter of time.
                if attempt == TRIES or (error.code in TOO_MUCH | {DIED} and (len(plans) > 1 or attempt == 3)):
                    raise
                logger.info("%s Trying again in %.0f s.", error.detail, wait_s)
            self._wait(wait_s)
            wait_s, attempt = wait_s * 2, attempt + 1

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._check()
            time.sleep(min(0.4, left))
