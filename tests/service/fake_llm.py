"""`python -m tests.service.fake_llm`: a language model's service whose model says what a file tells it to."""

from service.common.family import Family
from service.common.serve import serve
from service.common.tasks import GENERATE

FAMILY = Family(
    name="llm",
    engine="tests.service.fake_writer:Engine",
    tasks=(GENERATE,),
    default_port=8998,
    required_files=("say.json",),
)

if __name__ == "__main__":
    serve(FAMILY)
