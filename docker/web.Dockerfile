# nginx with the built web UI.
ARG BASE=debian:bookworm-slim
FROM node:20-bookworm-slim AS build
WORKDIR /ui
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY frontend .
RUN npm run build

FROM ${BASE}
RUN apt-get update && apt-get install -y --no-install-recommends nginx-light && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 1000 --user-group --no-create-home app
COPY docker/nginx.conf /etc/nginx/nginx.conf
COPY --from=build /ui/dist /usr/share/librephotos
USER app
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s CMD ["sh", "-c", "kill -0 $(cat /tmp/nginx.pid)"]
CMD ["nginx", "-g", "daemon off;"]
