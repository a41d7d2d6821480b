# The image of the worker, the HTTP server and the command. glibc, because Temporal's native bridge has no musl build; the
# workflow bundle is made here, by the very packages that run it.
FROM node:22.23.2-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY workflows ./workflows
COPY activities ./activities
COPY worker ./worker
COPY client ./client
COPY cli ./cli
COPY doctor ./doctor
COPY server ./server
COPY domain ./domain
COPY validation ./validation
COPY portal ./portal
COPY crm ./crm
COPY notices ./notices
COPY ledger ./ledger
COPY config ./config
COPY telemetry ./telemetry
RUN npm run build

FROM node:22.23.2-bookworm-slim AS packages
# By the name of this folder npm calls what the bill of materials is of.
WORKDIR /wonce
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev
# The bill of materials (CycloneDX): every package that is in the image, with its version, license and hash. Those for
# development are not there, and npm would miss them.
RUN npm pkg delete devDependencies && npm sbom --sbom-format cyclonedx --omit dev > sbom.cdx.json

FROM node:22.23.2-bookworm-slim
LABEL org.opencontainers.image.title="wonce" \
      org.opencontainers.image.description="A won deal becomes one license order, once: durable license purchases on Temporal." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="0.1.0"
# Temporal's client verifies TLS with the system's certificates.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production \
    NODE_OPTIONS=--max-old-space-size=1024
WORKDIR /app
COPY --from=packages /wonce/node_modules ./node_modules
COPY --from=packages /wonce/sbom.cdx.json ./
COPY --from=build /app/dist ./dist
# The page's own files are served from where they are written.
COPY --from=build /app/server/page/assets ./server/page/assets
COPY package.json LICENSE ./
COPY bin ./bin
# The user node, by number: Kubernetes lets nobody run whose name might be root's. It owns nothing of /app.
USER 1000:1000
# An order in flight is finished before the worker goes: give it 75 seconds, the server 30 (compose: stop_grace_period).
STOPSIGNAL SIGTERM
# The server: node dist/server/main.js. How each is asked whether it is well, whoever starts it says: one image, four processes.
CMD ["node", "dist/worker/main.js"]
