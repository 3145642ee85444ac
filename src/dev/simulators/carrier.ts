import { parseArgs } from 'node:util';
import { startCarrier } from './carrier-server.ts';
import { fileOf, portOf, runUntilStopped } from './main.ts';

const { values } = parseArgs({
  options: {
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
    port: portOf(values.port),
    file: fileOf(values.file),
    ...(noRoute === undefined ? {} : { noRoute }),
  }),
);
