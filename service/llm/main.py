"""`python -m service.llm.main`: the llm family behind the common front."""

from service.common.family import Family
from service.common.serve import serve
from service.common.tasks import GENERATE

FAMILY = Family(
    name="llm",
    engine="service.llm.engine:Engine",
    tasks=(GENERATE,),
    default_port=8008,
    required_files=("*.gguf",),
    libraries=("llama_cpp", "jinja2"),
    libraries_hint="`make install-llm` builds it.",
    probe="service.llm.probe",
)

if __name__ == "__main__":
    serve(FAMILY)
