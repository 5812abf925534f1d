# The image around the finished static binary (make image builds both). Airbyte
# runs it with a shell: `sh -c 'eval "$AIRBYTE_ENTRYPOINT read …"'`, as user
# airbyte (1000), and writes into /airbyte.
ARG BASE=alpine:3.22
FROM ${BASE}

# Not adduser: bases differ in it. HTTPS needs the base's certificates.
RUN echo 'airbyte:x:1000:1000::/airbyte:/bin/sh' >>/etc/passwd \
 && echo 'airbyte:x:1000:' >>/etc/group \
 && mkdir -p /airbyte \
 && chown 1000:1000 /airbyte \
 && { test -s /etc/ssl/certs/ca-certificates.crt || test -s /etc/ssl/cert.pem; }

COPY --chmod=0755 tap-reprise /usr/local/bin/tap-reprise
RUN ln -s tap-reprise /usr/local/bin/source-reprise

USER airbyte
WORKDIR /airbyte
ENV AIRBYTE_ENTRYPOINT=/usr/local/bin/source-reprise
ENTRYPOINT ["/usr/local/bin/source-reprise"]

ARG VERSION=0.1.0
LABEL io.airbyte.name=tap-reprise/source-reprise \
      io.airbyte.version=${VERSION}
