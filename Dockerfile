# The image of the worker and the HTTP server. glibc, because Temporal's native bridge has no musl build; the workflow
# bundle is made here, by the very packages that run it.
FROM node:22.14.0-bookworm-slim AS build
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
RUN npm run build

FROM node:22.14.0-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev

FROM node:22.14.0-bookworm-slim
# Temporal's client verifies TLS with the system's certificates.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production \
    NODE_OPTIONS=--max-old-space-size=1024
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
COPY bin ./bin
USER node
# An order in flight is finished before the worker goes: give it 75 seconds, the server 30 (compose: stop_grace_period).
STOPSIGNAL SIGTERM
# The server: node dist/server/main.js
CMD ["node", "dist/worker/main.js"]
