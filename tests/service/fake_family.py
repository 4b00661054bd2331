"""`python -m tests.service.fake_family`: a family of one folder, with nothing in common/ for it."""

from service.common.family import Family
from service.common.serve import serve
from service.common.tasks import CAPTION, GENERATE

FAMILY = Family(
    name="fake",
    engine="tests.service.fake_engine:Engine",
    tasks=(CAPTION, GENERATE),
    default_port=8999,
    required_files=("fake.json",),
    conversions={
        name: f"tests.service.fake_convert:{name}"
        for name in ("copies", "divides", "prints", "refuses", "raises", "dies", "hangs")
    },
)

if __name__ == "__main__":
    serve(FAMILY)
