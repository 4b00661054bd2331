"""`python -m service.blip.main`: the BLIP family behind the common front."""

from service.common.caption_files import CAPTION_FILES
from service.common.family import Family
from service.common.serve import serve
from service.common.tasks import CAPTION

FAMILY = Family(
    name="blip",
    engine="service.blip.engine:Engine",
    tasks=(CAPTION,),
    default_port=8009,
    required_files=CAPTION_FILES,
    libraries=("onnxruntime", "numpy", "PIL"),
    conversions={
        "blip-original": "service.blip.convert:convert_original",
        "blip-huggingface": "service.blip.convert:convert_huggingface",
    },
    conversion_libraries=("onnx", "onnxruntime", "numpy", "PIL"),
)

if __name__ == "__main__":
    serve(FAMILY)
