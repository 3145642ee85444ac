import type { Json } from '../contract/outcome.ts';
import { UPDATE } from '../contract/updates.ts';
import type { Keyring } from '../worker/codec.ts';
import { fateOf, readPayload, type Attributes, type SavedHistory, type SavedPayload } from './saved.ts';

/** Events of which nobody wants to hear: how Temporal hands out work. */
const SILENT = /^(workflowTask(Scheduled|Started|Completed)|activityTaskStarted|upsertWorkflowSearchAttributes)$/;

/**
 * A history told for people and for diffs: a line a happening, in order; no times, no ids of Temporal's. Of a sealed run
 * it tells names, keys and outcomes, and nothing that a payload holds; without its key, not even the keys.
 */
export function storyOf(saved: SavedHistory, ring?: Keyring): string {
  const { events, workflow, workflowId } = saved;
  const sealed = saved.sealedUnder !== undefined;
  const read = (payload: SavedPayload | undefined): Json | undefined => readPayload(payload, ring);
  const textOf = (payload: SavedPayload | undefined): string => {
    const text = read(payload);
    return typeof text === 'string' ? text : sealed ? '(sealed)' : '';
  };
  const started = new Map(
    events.filter(({ kind }) => kind === 'activityTaskStarted').map(({ id, attributes }) => [id, attributes]),
  );
  const lines: string[] = [];
  const begun = new Map<string, { what: string; line: number }>();
  const begin = (id: string, what: string, how: string): void => {
    begun.set(id, { what, line: lines.length });
    lines.push(`${what}: ${how}`);
  };
  /** On the line where it began, unless something came between. */
  const then = (id: string | undefined, how: string): void => {
    const { what, line } = begun.get(id ?? '') ?? { what: 'something', line: -1 };
    if (line === lines.length - 1) lines.pop();
    lines.push(`${what}: ${how}`);
  };
  const ended = ({ scheduledEventId, startedEventId }: Attributes, how: string): void => {
    const { attempt = 1, lastFailure } = started.get(startedEventId ?? '') ?? {};
    const again = attempt > 1 ? `, attempt ${attempt}${lastFailure ? ` after ${typeOf(lastFailure)}` : ''}` : '';
    then(scheduledEventId, how + again);
  };

  for (const { id, kind, attributes, summary } of events) {
    const { result, failure, searchAttributes } = attributes;
    switch (kind) {
      case 'workflowExecutionStarted':
        lines.push(
          `${workflow} ${workflowId}: started${attributes.continuedExecutionRunId ? ' anew' : ''}, ` +
            (sealed ? 'sealed' : textOf(summary)),
        );
        break;
      case 'activityTaskScheduled':
        begin(id, `${attributes.activityType?.name} ${textOf(summary)}`, 'called');
        break;
      case 'activityTaskCompleted':
        ended(attributes, doneOf(read(result?.payloads?.[0])));
        break;
      case 'activityTaskFailed':
        ended(attributes, `failed: ${typeOf(failure)}`);
        break;
      case 'activityTaskTimedOut':
        ended(attributes, 'timed out');
        break;
      case 'activityTaskCanceled':
        ended(attributes, 'cancelled');
        break;
      case 'activityTaskCancelRequested':
        then(attributes.scheduledEventId, 'asked to cancel');
        break;
      case 'timerStarted':
        begin(id, `timer of ${attributes.startToFireTimeout}`, 'set');
        break;
      case 'timerFired':
        then(attributes.startedEventId, 'fired');
        break;
      case 'timerCanceled':
        then(attributes.startedEventId, 'cancelled');
        break;
      case 'workflowExecutionUpdateAccepted': {
        const { name, args } = attributes.acceptedRequest?.input ?? {};
        begin(id, `update ${name}${decisionOf(name, read(args?.payloads?.[0]), sealed)}`, 'accepted');
        break;
      }
      case 'workflowExecutionUpdateCompleted': {
        const { failure: no } = attributes.outcome ?? {};
        then(attributes.acceptedEventId, no ? `failed: ${typeOf(no)}` : 'done');
        break;
      }
      case 'workflowExecutionSignaled':
        lines.push(`signal ${attributes.signalName}`);
        break;
      case 'workflowExecutionCancelRequested':
        lines.push('cancellation asked for from outside');
        break;
      case 'markerRecorded':
        lines.push(markerOf(attributes, textOf(summary)));
        break;
      case 'workflowTaskFailed': {
        const cause = attributes.cause?.replace('WORKFLOW_TASK_FAILED_CAUSE_', '');
        lines.push(cause === 'RESET_WORKFLOW' ? 'reset to here' : `workflow task failed: ${cause}`);
        break;
      }
      case 'upsertWorkflowSearchAttributes': {
        const { EvenkeelStuck: stuck } = searchAttributes?.indexedFields ?? {};
        if (stuck) lines.push(readPayload(stuck, undefined) === true ? 'waits for a person' : 'waits no longer');
        break;
      }
      case 'workflowExecutionCompleted': {
        const { reason } = (read(result?.payloads?.[0]) ?? {}) as { reason?: unknown };
        lines.push(
          `ended: ${fateOf(saved) ?? 'without a fate'}${!sealed && typeof reason === 'string' ? `, ${reason}` : ''}`,
        );
        break;
      }
      default:
        if (!SILENT.test(kind)) lines.push(kind.replaceAll(/[A-Z]/g, (char) => ` ${char.toLowerCase()}`));
    }
  }
  return `${lines.join('\n')}\n`;
}

/** An outcome in a word. What an activity gives is data; whether an undo had anything to undo is not. */
const doneOf = (result: Json | undefined): string => {
  const { undone } = (result ?? {}) as { undone?: Json };
  return undone === false ? 'done, nothing to undo' : 'done';
};

/** The type of a failure, which is declared; its message may hold anything. */
const typeOf = (failure: Attributes['failure']): string =>
  failure?.applicationFailureInfo?.type ??
  Object.keys(failure ?? {})
    .find((field) => field.endsWith('FailureInfo'))
    ?.replace('FailureInfo', '') ??
  'unknown';

/** What a person decided: which key by which action; and, where the payload is in clear, who and how they answered. */
function decisionOf(name: string | undefined, decision: Json | undefined, sealed: boolean): string {
  const { actor, action, key, question, choice } = (decision ?? {}) as Partial<Record<string, string>>;
  const parts = [
    ...(name === UPDATE.resolve ? [action, key] : []),
    ...(name === UPDATE.answer && !sealed ? [question, choice] : []),
    ...(sealed ? [] : ['by', actor]),
  ];
  return parts.map((part) => ` ${part ?? '(sealed)'}`).join('');
}

/** A marker of the core, always in clear: a version decided by `patched`, or a local activity, which has no other events. */
function markerOf({ markerName, details = {}, failure }: Attributes, key: string): string {
  const read = (name: string): unknown => readPayload(details[name]?.payloads?.[0], undefined);
  if (markerName === 'core_patch') {
    const { id, deprecated } = read('patch-data') as { id: string; deprecated: boolean };
    return `patched ${id}${deprecated ? ', deprecated' : ''}`;
  }
  if (markerName !== 'core_local_activity') return `marker ${markerName}`;
  const { activity_type: activity } = read('data') as { activity_type: string };
  return `${activity} ${key}: ${failure ? `failed: ${typeOf(failure)}` : 'done'}, locally`;
}
