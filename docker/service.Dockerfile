# One model service: docker build -f docker/service.Dockerfile --build-arg MODEL=im2txt .
# DEVICE=cuda takes the CUDA builds of onnxruntime and torch, which bring CUDA's libraries as wheels of their own.
ARG BASE=docker.io/library/debian:bookworm-slim
FROM ${BASE} AS python
RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*

FROM python AS build
# What a model's packages need to be compiled where there is no wheel, for example "build-essential cmake".
ARG BUILD_PACKAGES=""
# For packages that are compiled with cmake; pip's children read it from the environment.
ARG CMAKE_ARGS=""
# Added to them on arm64.
ARG CMAKE_ARGS_ARM64=""
# shellcheck disable=SC2086
RUN apt-get update && apt-get install -y --no-install-recommends python3-venv ${BUILD_PACKAGES} \
    && rm -rf /var/lib/apt/lists/*
RUN python3 -m venv /opt/pip && python3 -m venv --without-pip /opt/venv
ARG MODEL
ARG DEVICE=cpu
WORKDIR /opt/requirements
# Not only for the folder: after a command that names MODEL, buildah takes no files of another one from its cache.
RUN mkdir -p "service/${MODEL}"
COPY service/common/requirements.txt service/common/requirements.txt
COPY service/${MODEL}/requirements*.txt service/${MODEL}/
COPY docker/requirements_for.py docker/
RUN python3 docker/requirements_for.py "${DEVICE}" "service/${MODEL}" > requirements.txt \
    && if [ "$(dpkg --print-architecture)" = arm64 ]; then export CMAKE_ARGS="${CMAKE_ARGS} ${CMAKE_ARGS_ARM64}"; fi \
    && /opt/pip/bin/pip --python /opt/venv/bin/python install --no-cache-dir -r requirements.txt
WORKDIR /app
COPY service/__init__.py service/__init__.py
COPY service/common service/common
COPY service/${MODEL} service/${MODEL}
RUN python3 -m compileall -q .

FROM python
ARG MODEL
ARG APT_PACKAGES=""
# shellcheck disable=SC2086
RUN if [ -n "${APT_PACKAGES}" ]; then \
      apt-get update && apt-get install -y --no-install-recommends ${APT_PACKAGES} && rm -rf /var/lib/apt/lists/*; fi; \
    install -d -m 1777 /models /secrets/services && echo "${MODEL}" > /etc/model-service
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
ENV MODEL=${MODEL} PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/opt/venv/bin:$PATH \
    HOST=0.0.0.0 PORT=8000 WEIGHTS_DIR=/models ORT_DISABLE_TELEMETRY=1
# Late, so that another version leaves the layers above alone.
ARG VERSION=dev
ARG GIT_HASH=
RUN echo "${VERSION} ${GIT_HASH}" > /etc/librephotos-version
LABEL org.opencontainers.image.title="librephotos-captions model service" \
      org.opencontainers.image.version=${VERSION} org.opencontainers.image.revision=${GIT_HASH}
ENV IMAGE_TAG=${VERSION} GIT_HASH=${GIT_HASH}
USER 1000:1000
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python3", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
CMD ["sh", "-c", "exec python3 -m service.${MODEL}.main"]
