import type { Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../../kit/contract/pipeline.ts';
import type { Services } from '../../services.ts';
import { PIPELINES } from '../../pipelines/index.ts';
import { quoted } from '../options.ts';
import { scheduleFindings } from './schedules.ts';
import { GRPC, isGrpc } from '../visibility.ts';
import type { Finding } from './finding.ts';

/** How Temporal calls the types, in its commands and on the wire (temporal.api.enums.v1.IndexedValueType). */
const TYPE = { KEYWORD: { name: 'Keyword', wire: 2 }, BOOL: { name: 'Bool', wire: 5 } } as const;

export async function temporalFindings(services: Services, fix: boolean): Promise<readonly Finding[]> {
  const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace } = services.config;
  const connection = (await services.client()).connection as Connection;
  const { serverVersion } = await connection.workflowService.getSystemInfo({});
  const there = await connection.workflowService.describeNamespace({ namespace }).catch((error: unknown) => {
    if (isGrpc(error, GRPC.notFound)) return undefined;
    throw error;
  });
  const server: Finding = {
    check: 'Temporal',
    state: 'ok',
    says: `${address}, server ${serverVersion || 'of unknown version'}`,
  };
  if (!there)
    return [
      server,
      {
        check: 'namespace',
        state: 'wrong',
        says: `${namespace} does not exist`,
        todo: `temporal operator namespace create --namespace ${quoted(namespace)} --address ${address}`,
      },
    ];
  return [
    server,
    await attributes(connection, address, namespace, fix),
    ...(await pollers(connection, namespace)),
    ...(await scheduleFindings(services)),
  ];
}

async function attributes(connection: Connection, address: string, namespace: string, fix: boolean): Promise<Finding> {
  const check = 'search attributes';
  const wanted = Object.entries(SEARCH_ATTRIBUTES);
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = wanted.filter(([name]) => customAttributes?.[name] === undefined);
  const mistyped = wanted.filter(
    ([name, type]) => ![undefined, TYPE[type].wire].includes(customAttributes?.[name] as 2 | 5),
  );
  if (mistyped.length > 0)
    return {
      check,
      state: 'wrong',
      says: mistyped.map(([name, type]) => `${name} is not of type ${TYPE[type].name}`).join(', '),
      todo: 'a type cannot be changed: use another namespace',
    };
  if (missing.length === 0) return { check, state: 'ok', says: `${wanted.length} are registered in ${namespace}` };
  const names = missing.map(([name]) => name).join(', ');
  if (fix) {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map(([name, type]) => [name, TYPE[type].wire])),
    });
    return { check, state: 'fixed', says: `registered ${names} in ${namespace}` };
  }
  const flags = missing.map(([name, type]) => `--name ${name} --type ${TYPE[type].name}`).join(' ');
  return {
    check,
    state: 'wrong',
    says: `${namespace} lacks ${names}`,
    todo: `temporal operator search-attribute create --namespace ${quoted(namespace)} --address ${address} ${flags}`,
  };
}

/** Whether anybody works: not wrong by itself, but the first thing to know of a run that stands still. */
async function pollers(connection: Connection, namespace: string): Promise<readonly Finding[]> {
  const idle: string[] = [];
  for (const { name } of PIPELINES.map(({ starts }) => starts[0]!)) {
    const { pollers } = await connection.workflowService.describeTaskQueue({ namespace, taskQueue: { name } });
    // Temporal remembers pollers for minutes; one that lives asks again within one.
    const alive = (pollers ?? []).filter(
      ({ lastAccessTime: at }) => Number(at?.seconds ?? 0) > Date.now() / 1_000 - 75,
    );
    if (alive.length === 0) idle.push(name);
  }
  return idle.length === 0
    ? [{ check: 'workers', state: 'ok', says: `every pipeline has one` }]
    : [{ check: 'workers', state: 'note', says: `none takes ${idle.join(', ')}`, todo: 'evenkeel worker' }];
}
