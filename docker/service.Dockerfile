# One model service: docker build -f docker/service.Dockerfile --build-arg MODEL=im2txt .
ARG BASE=debian:bookworm-slim
FROM ${BASE} AS build
ARG MODEL
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-venv && rm -rf /var/lib/apt/lists/*
RUN python3 -m venv /opt/venv
COPY service/common/requirements.txt service/common/requirements.txt
COPY service/${MODEL}/requirements.txt service/${MODEL}/requirements.txt
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check -r service/${MODEL}/requirements.txt

FROM ${BASE}
ARG MODEL
ARG VERSION=dev
ARG GIT_HASH=
LABEL org.opencontainers.image.version=${VERSION} org.opencontainers.image.revision=${GIT_HASH}
ENV MODEL=${MODEL} PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/opt/venv/bin:$PATH \
    HOST=0.0.0.0 PORT=8000 WEIGHTS_DIR=/models
RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 1000 --user-group --no-create-home app && install -d -o app -g app /models
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY service/__init__.py service/__init__.py
COPY service/common service/common
COPY service/${MODEL} service/${MODEL}
USER app
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
    CMD python3 -c "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health', timeout=4)"
CMD ["sh", "-c", "exec python3 -m service.${MODEL}.main"]
