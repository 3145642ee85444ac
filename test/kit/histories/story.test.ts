import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Integration } from '../../../src/contracts/patients.ts';
import { parseHistory, readPayload, savedHistory } from '../../../src/kit/histories/saved.ts';
import { storyOf } from '../../../src/kit/histories/story.ts';
import type { Json } from '../../../src/kit/contract/outcome.ts';
import { parseKeyring } from '../../../src/kit/worker/codec.ts';
import { HISTORIES } from '../../support/recordings.ts';
import { TEST_PAYLOAD_KEYS } from '../../support/test-keys.ts';

const ring = parseKeyring(TEST_PAYLOAD_KEYS);
const payload = (value: Json): object => ({
  metadata: { encoding: Buffer.from('json/plain').toString('base64') },
  data: Buffer.from(JSON.stringify(value)).toString('base64'),
});
const payloads = (value: Json): object => ({ payloads: [payload(value)] });
const keyed = (key: string): object => ({ userMetadata: { summary: payload(key) } });

/** A history of these events, after its start; their ids count from 2. */
function told(...events: [kind: string, attributes?: object, more?: object][]): string[] {
  const json = {
    events: [
      [
        'workflowExecutionStarted',
        { workflowType: { name: 'bookTrip' }, workflowId: 'trips/7', originalExecutionRunId: 'r' },
        keyed('trip 7'),
      ] as const,
      ...events,
    ].map(([kind, attributes = {}, more = {}], i) => ({
      eventId: String(i + 1),
      [`${kind}EventAttributes`]: attributes,
      ...more,
    })),
  };
  return storyOf(savedHistory(json as Json)!, ring)
    .split('\n')
    .slice(1, -1);
}
const called = (name: string, key: string): [string, object, object] => [
  'activityTaskScheduled',
  { activityType: { name } },
  keyed(key),
];

describe('the story of a history', () => {
  it('has one line for what was called and done, and two where something came between', () => {
    assert.deepEqual(
      told(
        called('bookFlight', 'trips/7/flight'),
        ['workflowTaskScheduled'],
        ['activityTaskStarted', { scheduledEventId: '2', attempt: 1 }],
        ['activityTaskCompleted', { scheduledEventId: '2', startedEventId: '4' }],
        called('bookHotel', 'trips/7/hotel'),
        ['workflowExecutionSignaled', { signalName: 'hurry', input: payloads('private') }],
        ['activityTaskCompleted', { scheduledEventId: '6', result: payloads({ booking: 'private' }) }],
      ),
      [
        'bookFlight trips/7/flight: done',
        'bookHotel trips/7/hotel: called',
        'signal hurry',
        'bookHotel trips/7/hotel: done',
      ],
    );
  });

  it('says how an activity ended: type and attempts, never a message', () => {
    const failure = { message: 'private', applicationFailureInfo: { type: 'SoldOut' } };
    const ends: [string, object, string][] = [
      ['activityTaskFailed', { failure }, 'failed: SoldOut'],
      ['activityTaskFailed', { failure: { message: 'private' } }, 'failed: unknown'],
      ['activityTaskTimedOut', {}, 'timed out'],
      ['activityTaskCanceled', {}, 'cancelled'],
      ['activityTaskCancelRequested', {}, 'asked to cancel'],
      ['activityTaskCompleted', { result: payloads({ undone: true }) }, 'done'],
      ['activityTaskCompleted', { result: payloads({ undone: false }) }, 'done, nothing to undo'],
    ];
    for (const [kind, attributes, says] of ends)
      assert.deepEqual(told(called('bookHotel', 'k'), [kind, { scheduledEventId: '2', ...attributes }]), [
        `bookHotel k: ${says}`,
      ]);
    assert.deepEqual(
      told(
        called('bookHotel', 'k'),
        ['activityTaskStarted', { scheduledEventId: '2', attempt: 3, lastFailure: failure }],
        ['activityTaskCompleted', { scheduledEventId: '2', startedEventId: '3' }],
      ),
      ['bookHotel k: done, attempt 3 after SoldOut'],
    );
  });

  it('says who decided what', () => {
    const update = (name: string, ...args: Json[]): [string, object] => [
      'workflowExecutionUpdateAccepted',
      { acceptedRequest: { input: { name, args: { payloads: args.map(payload) } } } },
    ];
    const by = { actor: 'ann', reason: 'private' };
    assert.deepEqual(
      told(
        update('cancel', by),
        update('resolve', { ...by, action: 'complete', key: 'trips/7/hotel', value: 'private' }),
        update('answer', { ...by, question: 'approve', choice: 'yes', fingerprint: 'f' }),
        ['workflowExecutionUpdateCompleted', { acceptedEventId: '4', outcome: { success: {} } }],
        [
          'workflowExecutionUpdateCompleted',
          { acceptedEventId: '3', outcome: { failure: { applicationFailureInfo: { type: 'DecisionRejected' } } } },
        ],
        ['workflowExecutionCancelRequested', { cause: 'private' }],
      ),
      [
        'update cancel by ann: accepted',
        'update resolve complete trips/7/hotel by ann: accepted',
        'update answer approve yes by ann: done',
        'update resolve complete trips/7/hotel by ann: failed: DecisionRejected',
        'cancellation asked for from outside',
      ],
    );
  });

  it('has timers, versions, local activities, resets, failed tasks, and names what it does not know', () => {
    const patch = (id: string, deprecated: boolean): [string, object] => [
      'markerRecorded',
      { markerName: 'core_patch', details: { 'patch-data': payloads({ id, deprecated }) } },
    ];
    const local = (more: object): [string, object, object] => [
      'markerRecorded',
      { markerName: 'core_local_activity', details: { data: payloads({ activity_type: 'look' }) }, ...more },
      keyed('k'),
    ];
    const nonDeterminism = { applicationFailureInfo: { type: 'DeterminismViolationError' }, message: 'private' };
    assert.deepEqual(
      told(
        ['timerStarted', { startToFireTimeout: '60s' }],
        ['timerFired', { startedEventId: '2' }],
        ['timerStarted', { startToFireTimeout: '5s' }],
        patch('insured', false),
        ['timerCanceled', { startedEventId: '4' }],
        patch('insured', true),
        local({}),
        local({ failure: { applicationFailureInfo: { type: 'SoldOut' } } }),
        ['workflowTaskFailed', { cause: 'WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW' }],
        [
          'workflowTaskFailed',
          { cause: 'WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR', failure: nonDeterminism },
        ],
        ['workflowExecutionTerminated', { reason: 'private' }],
      ),
      [
        'timer of 60s: fired',
        'timer of 5s: set',
        'patched insured',
        'timer of 5s: cancelled',
        'patched insured, deprecated',
        'look k: done, locally',
        'look k: failed: SoldOut, locally',
        'reset to here',
        'workflow task failed: NON_DETERMINISTIC_ERROR',
        'workflow execution terminated',
      ],
    );
  });

  describe('of a sealed run', () => {
    const saved = parseHistory(readFileSync(join(HISTORIES, 'integratePatient', 'completed.json'), 'utf8'))!;
    const input = readPayload(saved.events[0]!.attributes.input?.payloads?.[0], ring) as unknown as Integration;

    it('has names, keys and outcomes, and no datum of the patient', () => {
      const story = storyOf(saved, ring);
      const { identifier, name, birthDate } = input.resource;
      const data = [...name!.flatMap(({ family, given }) => [family, ...given!]), birthDate, identifier![0]!.system];
      assert.deepEqual(data, ['Made', 'Up', '2000-01-01', 'urn:example:recorded']);
      for (const datum of data) assert.ok(!story.includes(datum));
      const of = `patients/${input.patientRef}/${input.versionRef}`;
      assert.deepEqual(story.split('\n').slice(0, 3), [
        `integratePatient ${saved.workflowId}: started, sealed`,
        `claimIdentifiers ${of}/identifiers: done`,
        `writeRecord ${of}/record: done`,
      ]);
    });

    it('has no keys of effects for who has not the key of its payloads', () => {
      const other = parseKeyring(TEST_PAYLOAD_KEYS.replace('published', 'another'));
      for (const keys of [undefined, other])
        assert.deepEqual(storyOf(saved, keys).split('\n').slice(1, 3), [
          'claimIdentifiers (sealed): done',
          'writeRecord (sealed): done',
        ]);
    });
  });
});
