# The API and the worker: Django, no torch, no onnxruntime.
ARG BASE=debian:bookworm-slim
FROM ${BASE} AS build
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-venv && rm -rf /var/lib/apt/lists/*
RUN python3 -m venv /opt/venv
COPY requirements.txt .
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check -r requirements.txt

FROM ${BASE}
ARG VERSION=dev
ARG GIT_HASH=
LABEL org.opencontainers.image.version=${VERSION} org.opencontainers.image.revision=${GIT_HASH}
ENV IMAGE_TAG=${VERSION} GIT_HASH=${GIT_HASH} PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/opt/venv/bin:$PATH \
    DATA_DIR=/data PHOTOS_DIR=/photos MODELS_DIR=/models MEDIA_SENDER=nginx
RUN apt-get update && apt-get install -y --no-install-recommends python3 libimage-exiftool-perl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 1000 --user-group --no-create-home app && install -d -o app -g app /data /photos /models
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY manage.py ml_models.json ./
COPY librephotos librephotos
COPY api api
USER app
EXPOSE 8001
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
    CMD python3 -c "import urllib.request as u; u.urlopen('http://127.0.0.1:8001/api/firsttimesetup/', timeout=4)"
CMD ["gunicorn", "librephotos.wsgi", "--bind=0.0.0.0:8001", "--worker-class=gthread", "--workers=1", "--threads=24", "--timeout=120", "--worker-tmp-dir=/dev/shm"]
