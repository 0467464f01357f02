# One image for panel, worker and migrations: docker-compose.yml says which runs where.

FROM node:20.19-bookworm-slim AS panel
WORKDIR /src/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web/ ./
RUN npm run build

FROM golang:1.26-bookworm AS program
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=panel /src/web/dist/ web/dist/
RUN CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o /innkeeper ./cmd/innkeeper

FROM debian:bookworm-slim
# Certificates for mail over TLS; curl for the health checks.
RUN apt-get update \
	&& apt-get install --yes --no-install-recommends ca-certificates curl \
	&& rm -rf /var/lib/apt/lists/* \
	&& useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin innkeeper \
	&& install --directory --owner=innkeeper --group=innkeeper --mode=0700 /data
COPY --from=program /innkeeper /usr/local/bin/innkeeper
USER 10001
WORKDIR /data
VOLUME /data
ENV INNKEEPER_DATA=/data INNKEEPER_HTTP_ADDR=0.0.0.0:8080
EXPOSE 8080
# SIGTERM lets accepted requests and running jobs finish; that takes up to 15 s.
STOPSIGNAL SIGTERM
ENTRYPOINT ["innkeeper"]
CMD ["serve"]
