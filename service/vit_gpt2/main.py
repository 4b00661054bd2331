"""`python -m service.vit_gpt2.main`: the ViT-GPT2 family behind the common front."""

from service.common.caption_files import CAPTION_FILES
from service.common.family import Family
from service.common.serve import serve
from service.common.tasks import CAPTION

FAMILY = Family(
    name="vit_gpt2",
    engine="service.vit_gpt2.engine:Engine",
    tasks=(CAPTION,),
    default_port=8011,
    required_files=CAPTION_FILES,
    libraries=("onnxruntime", "numpy", "PIL"),
    conversions={"vit-gpt2": "service.vit_gpt2.convert:convert"},
    conversion_libraries=("onnx", "onnxruntime", "numpy", "PIL"),
)

if __name__ == "__main__":
    serve(FAMILY)
