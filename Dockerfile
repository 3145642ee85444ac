# The worker, the simulators and the commands, in one image. Checked piece by piece, never built: see docs/compose.md.

# Debian and not Alpine: Temporal's native core is built against glibc.
ARG NODE=node:22.22.2-bookworm-slim

FROM ${NODE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN ["npm", "run", "build"]

FROM ${NODE} AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The optional packages are the Postgres server of the local stack and swc, which only bundles workflows from TypeScript.
RUN ["npm", "ci", "--omit=dev", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"]
# The native core comes for five platforms; four of them are 108 MB.
RUN find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 \
    ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -r {} +

FROM ${NODE}
ENV NODE_ENV=production EVENKEEL_HEALTH_PORT=9465
WORKDIR /app
# The simulators' journals. A new volume takes its owner from here.
RUN ["install", "--directory", "--owner=node", "--group=node", "/data"]
COPY --from=packages /app/node_modules node_modules
COPY package.json ./
COPY sql sql
COPY bin bin
COPY samples samples
COPY --from=build /app/dist dist
USER node
STOPSIGNAL SIGTERM
EXPOSE 9464 9465
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "--eval", "fetch(`http://127.0.0.1:${process.env.EVENKEEL_HEALTH_PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node"]
CMD ["dist/worker.js"]
