"""`python -m service.im2txt.main`: the im2txt family behind the common front."""

from pathlib import Path

from service.common.family import Family
from service.common.serve import serve
from service.common.tasks import CAPTION

FAMILY = Family(
    name="im2txt",
    engine="service.im2txt.engine:Engine",
    tasks=(CAPTION,),
    default_port=8007,
    required_files=("config.json", "vocabulary.json", "encoder.onnx", "decoder.onnx"),
    libraries=("onnxruntime", "numpy", "PIL"),
    bundled=Path(__file__).parent / "bundled",
    conversions={
        "im2txt": "service.im2txt.convert:convert_checkpoints",
        "im2txt-onnx": "service.im2txt.convert:convert_onnx",
    },
    conversion_libraries=("onnx",),
)

if __name__ == "__main__":
    serve(FAMILY)
