import { parseArgs } from 'node:util';
import { fileOf, portOf, runUntilStopped } from './main.ts';
import { startPayments } from './payments-server.ts';

const { values } = parseArgs({ options: { port: { type: 'string' }, file: { type: 'string' } } });
runUntilStopped('payments', await startPayments({ port: portOf(values.port), file: fileOf(values.file) }));
