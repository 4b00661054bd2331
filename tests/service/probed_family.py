"""`python -m tests.service.probed_family`: the fake family, whose libraries are tried first."""

from dataclasses import replace

from service.common.serve import serve
from tests.service.fake_family import FAMILY as FAKE

FAMILY = replace(FAKE, probe="tests.service.fake_probe")

if __name__ == "__main__":
    serve(FAMILY)
