# The image around the finished static binary of one program, tap-SYSTEM (make
# image builds both, for each program). Airbyte runs it with a shell:
# `sh -c 'eval "$AIRBYTE_ENTRYPOINT read …"'`, as user airbyte (1000), and writes
# into /airbyte.
ARG BASE=alpine:3.22
FROM ${BASE}

# Not adduser: bases differ in it. HTTPS needs the base's certificates.
RUN echo 'airbyte:x:1000:1000::/airbyte:/bin/sh' >>/etc/passwd \
 && echo 'airbyte:x:1000:' >>/etc/group \
 && mkdir -p /airbyte \
 && chown 1000:1000 /airbyte \
 && { test -s /etc/ssl/certs/ca-certificates.crt || test -s /etc/ssl/cert.pem; }

ARG SYSTEM=reprise
COPY --chmod=0755 tap-${SYSTEM} /usr/local/bin/tap-${SYSTEM}
# The entry point has the same name in every image: no argument can stand in it.
RUN ln -s tap-${SYSTEM} /usr/local/bin/source-${SYSTEM} \
 && ln -s tap-${SYSTEM} /usr/local/bin/source-connector

USER airbyte
WORKDIR /airbyte
ENV AIRBYTE_ENTRYPOINT=/usr/local/bin/source-connector
ENTRYPOINT ["/usr/local/bin/source-connector"]

ARG VERSION=0.1.0
LABEL io.airbyte.name=tap-reprise/source-${SYSTEM} \
      io.airbyte.version=${VERSION}
