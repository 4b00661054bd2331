"""`python -m service.blip.main`: the BLIP family behind the common front."""

from service.common.family import Family
from service.common.serve import serve
from service.common.tasks import CAPTION

FAMILY = Family(
    name="blip",
    engine="service.blip.engine:Engine",
    tasks=(CAPTION,),
    default_port=8009,
    required_files=(
        "config.json",
        "vocabulary.json",
        "encoder.onnx",
        "encoder.onnx.data",
        "decoder.onnx",
        "decoder.onnx.data",
    ),
    libraries=("onnxruntime", "numpy", "PIL"),
    conversions={
        "blip-original": "service.blip.convert:convert_original",
        "blip-huggingface": "service.blip.convert:convert_huggingface",
    },
    conversion_libraries=("onnx", "onnxruntime", "numpy", "PIL"),
)

if __name__ == "__main__":
    serve(FAMILY)
