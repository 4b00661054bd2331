# The API and the worker: Django, no torch, no onnxruntime.
ARG BASE=docker.io/library/debian:bookworm-slim
FROM ${BASE} AS python
RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*

FROM python AS build
RUN apt-get update && apt-get install -y --no-install-recommends python3-venv binutils && rm -rf /var/lib/apt/lists/*
# The environment that goes into the image has no pip of its own; pip works on it from outside.
RUN python3 -m venv /opt/pip && python3 -m venv --without-pip /opt/venv
WORKDIR /app
COPY requirements.txt /opt/
RUN /opt/pip/bin/pip --python /opt/venv/bin/python install --no-cache-dir --only-binary :all: -r /opt/requirements.txt \
    # Django's own translations: the API speaks English, and the UI brings its languages.
    && find /opt/venv -path '*/locale/*' ! -path '*/locale/en/*' \( -name '*.po' -o -name '*.mo' \) -delete \
    # Dictionaries of languages that nothing here writes (api/lib/captioning/content.py).
    && find /opt/venv -path '*/simplemma/*' -name '*.plzma' ! -name en.plzma ! -name de.plzma -delete \
    # Languages as single countries speak them: names are asked for by language (api/lib/captioning/place_names.py).
    # Haitian Creole (ht) alone builds on one of them.
    && find /opt/venv -path '*/babel/locale-data/*' -name '*_*.dat' ! -name fr_HT.dat -delete \
    # Names for debuggers, 33 MB. Only of Python's own modules: libraries beside them were rewritten for their wheel.
    && find /opt/venv -name '*.so' -exec strip --strip-unneeded {} + \
    && /opt/venv/bin/python -c "import av, pillow_heif, PIL.Image, PIL._imaging, psycopg2, yaml"
COPY manage.py ml_models.json ./
COPY librephotos librephotos
COPY api api
# The root file system is read-only, so Python could not keep what it compiles.
RUN python3 -m compileall -q .

FROM python
# exiftool writes captions into files. Of Perl it needs no headers, no documentation, no collation, no languages of its own
# messages, and no tables of Chinese, Japanese and Korean beside UTF-8: together 26 MB.
RUN apt-get update && apt-get install -y --no-install-recommends libimage-exiftool-perl && rm -rf /var/lib/apt/lists/* \
    && find /usr/share/perl /usr/share/perl5 /usr/lib/*/perl /usr/lib/*/perl-base -name '*.pod' -delete \
    && rm -rf /usr/lib/*/perl/5.*/CORE /usr/share/perl/5.*/Unicode/Collate* /usr/share/perl5/Image/ExifTool/Lang \
       /usr/lib/*/perl/5.*/auto/Encode/CN /usr/lib/*/perl/5.*/auto/Encode/JP \
       /usr/lib/*/perl/5.*/auto/Encode/KR /usr/lib/*/perl/5.*/auto/Encode/TW \
    && exiftool -ver
# Any user may own the volumes: PUID and PGID in compose choose one, and nobody else is in the container.
RUN for folder in /data /photos /photos/library /models /secrets/db /secrets/services; do install -d -m 1777 "$folder"; done
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/opt/venv/bin:/app:$PATH \
    DATA_DIR=/data PHOTOS_DIR=/photos MODELS_DIR=/models MEDIA_SENDER=nginx
# Late, so that another version leaves the layers above alone.
ARG VERSION=dev
ARG GIT_HASH=
RUN echo "${VERSION} ${GIT_HASH}" > /etc/librephotos-version
LABEL org.opencontainers.image.title="librephotos-captions backend" \
      org.opencontainers.image.version=${VERSION} org.opencontainers.image.revision=${GIT_HASH}
ENV IMAGE_TAG=${VERSION} GIT_HASH=${GIT_HASH}
USER 1000:1000
EXPOSE 8001
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python3", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8001/api/firsttimesetup/', timeout=4)"]
# One process: throttling of sign-ins counts in its memory. Threads: a stream of drafts holds one while it lasts.
# On SIGTERM requests that were accepted are answered first; drafting is bounded by SERVICE_TIMEOUT_S (50).
CMD ["gunicorn", "librephotos.wsgi", "--bind=0.0.0.0:8001", "--worker-class=gthread", "--workers=1", "--threads=24", \
     "--timeout=120", "--graceful-timeout=55", "--worker-tmp-dir=/dev/shm", "--no-control-socket", "--log-level=warning"]
