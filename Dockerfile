# ration as an image: docs/INSTALL.md tells how to run it.
FROM debian:bookworm-slim AS build
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    gcc libc6-dev make pkg-config libbsd-dev libcjson-dev libcsv-dev libcurl4-openssl-dev libmicrohttpd-dev libpcre2-dev \
    libpq-dev libseccomp-dev libsqlite3-dev libssl-dev libzstd-dev zlib1g-dev
COPY . /src
RUN make -C /src -j"$(nproc)" BUILD=/build PREFIX=/usr/local install DESTDIR=/stage

FROM debian:bookworm-slim
# The libraries that its programs need, and the certificates of providers.
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    ca-certificates libbsd0 libcjson1 libcsv3 libcurl4 libmicrohttpd12 libpcre2-8-0 libpq5 libseccomp2 libsqlite3-0 libssl3 \
    libzstd1 zlib1g && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin ration \
    && install -d -m 700 -o ration -g ration /data
COPY --from=build /stage/ /
USER 10001:10001
WORKDIR /data
# All that is written: /data, /dev/shm, and this folder, which a tmpfs may be.
ENV RATION_RUNTIME_DIR=/tmp/ration
# SIGTERM lets what is in flight end; give it the time: --stop-timeout 330.
STOPSIGNAL SIGTERM
ENTRYPOINT ["ration"]
CMD ["--help"]
