import { parseArgs } from 'node:util';
import { startCarrier } from './carrier-server.ts';
import { fileOf, portOf, runUntilStopped } from './main.ts';

const { values } = parseArgs({
  options: {
    /** Loopback unless given. Others are for containers, whose ports are published to loopback alone. */
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string' },
    file: { type: 'string' },
    /** A country without a route; may be repeated. */
    'no-route': { type: 'string', multiple: true },
  },
});
const noRoute = values['no-route'];
runUntilStopped(
  'carrier',
  await startCarrier({
    host: values.host,
    port: portOf(values.port),
    file: fileOf(values.file),
    ...(noRoute === undefined ? {} : { noRoute }),
  }),
);
