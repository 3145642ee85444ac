import { Runtime, type LogEntry } from '@temporalio/worker';
import type { MetricMeter } from '@temporalio/common';
import type { Observe, Point } from '../effects/store.ts';

/** One JSON object a line. */
export type WriteLine = (line: object) => void;

/** `2026-11-23T05:22:49.000Z {"level": …}` to standard error; a terminal, a file and a log shipper all read it. */
export const jsonLines =
  (stream: { write(text: string): unknown }, clock: () => Date): WriteLine =>
  (line) =>
    void stream.write(`${JSON.stringify({ at: clock().toISOString(), ...line })}\n`);

/**
 * Sets the process-wide Temporal runtime: its log as JSON lines and one Prometheus endpoint for the SDK's metrics and
 * ours. Once a process, before anything else of the SDK.
 */
export function installRuntime(write: WriteLine, metricsAddress: string | undefined): Runtime {
  return Runtime.install({
    // What the SDK says of an activity or workflow may hold messages of foreign errors: level, place and type only.
    logger: {
      log: (level, message, meta) => write({ level, message, ...idsOf(meta) }),
      trace: () => undefined,
      debug: () => undefined,
      info: () => undefined,
      warn: (message, meta) => write({ level: 'WARN', message, ...idsOf(meta) }),
      error: (message, meta) => write({ level: 'ERROR', message, ...idsOf(meta) }),
    },
    telemetryOptions: {
      logging: { filter: { core: 'ERROR', other: 'ERROR' } },
      ...(metricsAddress === undefined
        ? {}
        : { metrics: { prometheus: { bindAddress: metricsAddress, countersTotalSuffix: false } } }),
    },
    shutdownSignals: [],
  });
}

const IDS = [
  'workflowId',
  'runId',
  'workflowType',
  'activityType',
  'activityId',
  'taskQueue',
  'attempt',
  'namespace',
  'sdkComponent',
] as const;

function idsOf(meta: LogEntry['meta']): object {
  const ids = Object.fromEntries(IDS.flatMap((name) => (meta?.[name] === undefined ? [] : [[name, meta[name]]])));
  const error: unknown = meta?.['error'];
  return error instanceof Error ? { ...ids, error: error.name } : ids;
}

/** What became of attempts, by pipeline and activity: `evenkeel_effects_total{outcome="applied" | "replayed" | …}`. */
export function countEffects(meter: MetricMeter, pipeline: string): Observe {
  const effects = meter.createCounter(
    'evenkeel_effects_total',
    'effects',
    'Attempts at effects, by what became of them',
  );
  const COUNTED: ReadonlySet<Point> = new Set<Point>([
    'applied',
    'refused',
    'replayed',
    'conflict',
    'inDoubt',
    'burned',
    'undone',
    'failed',
  ]);
  return (point, { activity }) => {
    if (COUNTED.has(point)) effects.add(1, { pipeline, activity, outcome: point });
  };
}
