import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { faultList, Faults, type ActiveFault, type Fault, type FaultReport } from '../../src/dev/simulators/faults.ts';

/** Stands between a worker and the object store, and does with requests what the simulators do with theirs. */
export interface ObjectProxy {
  readonly url: string;
  faults(list: readonly Fault[]): Promise<FaultReport[]>;
  faultReport(): Promise<FaultReport[]>;
  close(): void;
}

interface Came {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export async function objectProxy(store: string): Promise<ObjectProxy> {
  const faults = new Faults();
  const server = createServer((incoming, response) => {
    void relay(incoming, response, store, faults).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async faults(list) {
      faults.replace(faultList.parse(list));
      return faults.report();
    },
    faultReport: () => Promise.resolve(faults.report()),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function relay(
  incoming: IncomingMessage,
  response: ServerResponse,
  store: string,
  faults: Faults,
): Promise<void> {
  response.on('error', () => undefined); // its sender has given up
  const body = await buffer(incoming);
  const { method = 'GET', url = '/' } = incoming;
  const fault = faults.next(method, new URL(url, store).pathname);
  if (fault?.kind === 'delay') await sleep(fault.ms);
  if (fault?.kind === 'lose-request') return void incoming.socket.destroy();
  if (fault?.kind === 'fail-before' || fault?.kind === 'fail-midway') return void failed(response, fault);
  if (fault?.kind === 'double-request') await forward(incoming, body, store);
  const came = await forward(incoming, body, store);
  if (fault?.kind === 'delay-answer') await sleep(fault.ms);
  if (fault?.kind === 'lose-answer') return void incoming.socket.destroy();
  if (fault?.kind === 'fail-after') return void failed(response, fault);
  response.writeHead(came.status, came.headers).end(came.body);
}

const failed = (response: ServerResponse, fault: ActiveFault): ServerResponse =>
  response.writeHead('status' in fault ? fault.status : 500, { 'content-length': '0' }).end();

function forward({ method, url = '/', headers }: IncomingMessage, body: Buffer, store: string): Promise<Came> {
  return new Promise((resolve, reject) => {
    const sent = ask(new URL(url, store), { method, headers }, (answer) => {
      buffer(answer).then(
        (came) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: came }),
        reject,
      );
    });
    sent.on('error', reject).end(body);
  });
}
