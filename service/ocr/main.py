"""`python -m service.ocr.main`: the ocr family behind the common front."""

from service.common.family import Family
from service.common.model_folders import package_folder
from service.common.serve import serve
from service.common.tasks import READ

FAMILY = Family(
    name="ocr",
    engine="service.ocr.engine:Engine",
    tasks=(READ,),
    default_port=8010,
    required_files=("*_det_*.onnx", "*_rec_*.onnx"),
    libraries=("rapidocr", "onnxruntime", "numpy", "PIL"),
    bundled=package_folder("rapidocr", "models"),
    bundled_id="rapidocr",
    install_hint="Its models come with the library: make install-ocr.",
)

if __name__ == "__main__":
    serve(FAMILY)
