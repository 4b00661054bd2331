"""`python -m service.clip_score.main`: the clip_score family behind the common front."""

from pathlib import Path

from service.common.family import Family
from service.common.serve import serve
from service.common.tasks import EMBED, SCORE

FAMILY = Family(
    name="clip_score",
    engine="service.clip_score.engine:Engine",
    tasks=(SCORE, EMBED),
    default_port=8006,
    required_files=("config.json", "vocabulary.json", "image.onnx", "text.onnx"),
    libraries=("onnxruntime", "numpy", "PIL"),
    bundled=Path(__file__).parent / "bundled",
    bundled_id="bundled-scorer",
    conversions={"clip-huggingface": "service.clip_score.convert:convert_clip"},
    conversion_libraries=("onnx",),
)

if __name__ == "__main__":
    serve(FAMILY)
