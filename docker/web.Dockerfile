# nginx with the built web UI.
ARG BASE=docker.io/library/debian:bookworm-slim
ARG NODE=docker.io/library/node:20-bookworm-slim
# The UI is the same for every processor, so it is built on the builder's own.
FROM --platform=${BUILDPLATFORM} ${NODE} AS build
WORKDIR /ui
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY frontend .
RUN npm run build

FROM ${BASE}
RUN apt-get update && apt-get install -y --no-install-recommends nginx-light && rm -rf /var/lib/apt/lists/*
COPY --from=build /ui/dist /usr/share/librephotos
COPY docker/nginx.conf /etc/nginx/nginx.conf
COPY docker/web-start.sh /usr/local/bin/web-start
# Late, so that another version leaves the layers above alone.
ARG VERSION=dev
ARG GIT_HASH=
RUN echo "${VERSION} ${GIT_HASH}" > /etc/librephotos-version
LABEL org.opencontainers.image.title="librephotos-captions web" \
      org.opencontainers.image.version=${VERSION} org.opencontainers.image.revision=${GIT_HASH}
USER 1000:1000
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/3000; printf 'GET /web-health HTTP/1.0\\r\\n\\r\\n' >&3; read -r line <&3; [[ $line == *' 204 '* ]]"]
CMD ["sh", "/usr/local/bin/web-start"]
STOPSIGNAL SIGQUIT
