import { parseArgs } from 'node:util';
import { fileOf, portOf, runUntilStopped } from './main.ts';
import { startRail } from './rail-server.ts';

const { values } = parseArgs({
  options: {
    /** Loopback unless given. Others are for containers, whose ports are published to loopback alone. */
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string' },
    file: { type: 'string' },
  },
});
runUntilStopped('rail', await startRail({ host: values.host, port: portOf(values.port), file: fileOf(values.file) }));
