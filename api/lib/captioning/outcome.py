"""What became of the wish to have a draft rewritten."""

from enum import StrEnum


class RewriteState(StrEnum):
    """In all but OK, what the rules made is the answer."""

    OFF = "off"  # nobody wished it, or there is no language model
    OK = "ok"
    HELD_BACK = "held_back"  # the guard refused it
    UNAVAILABLE = "unavailable"  # the language model is missing, down, busy or too slow
