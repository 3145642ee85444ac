import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker, type WorkflowBundle } from '@temporalio/worker';
import { recordFate } from '../src/kit/contract/run.ts';
import type { RunFate } from '../src/kit/contract/updates.ts';
import { bundleWorkflows } from '../src/kit/worker/bundle.ts';
import { dataConverter, parseKeyring } from '../src/kit/worker/codec.ts';
import * as workflows from '../src/workflows/index.ts';
import { RECORDINGS } from './support/recordings.ts';
import { quietly } from './support/temporal.ts';
import { TEST_PAYLOAD_KEYS } from './support/test-keys.ts';

/** Every workflow with the fates that it can have, and whether its payloads are sealed. */
const WORKFLOWS: Record<keyof typeof workflows, { fates: readonly RunFate[]; sealed: boolean }> = {
  fulfilOrder: { fates: ['completed', 'refused', 'compensated'], sealed: false },
  transferFunds: { fates: ['completed', 'refused', 'compensated'], sealed: false },
  integratePatient: { fates: ['completed', 'refused', 'compensated'], sealed: true },
};
const HISTORIES = join('test', 'histories');

interface Attributes {
  readonly workflowType?: { readonly name: string };
  readonly activityType?: { readonly name: string };
  readonly searchAttributes?: { readonly indexedFields: Record<string, { readonly data: string }> };
}
interface Recorded {
  readonly file: string;
  readonly workflow: keyof typeof workflows;
  readonly history: { readonly events: readonly Readonly<Record<string, unknown>>[] };
}

const recorded: Recorded[] = Object.keys(WORKFLOWS)
  .flatMap((workflow) => files(workflow))
  .map(({ workflow, name }) => ({
    file: `${workflow}/${name}`,
    workflow: workflow as keyof typeof workflows,
    history: JSON.parse(readFileSync(join(HISTORIES, workflow, name), 'utf8')) as Recorded['history'],
  }));

function files(workflow: string): { workflow: string; name: string }[] {
  return readdirSync(join(HISTORIES, workflow)).map((name) => ({ workflow, name }));
}

const attributes = ({ history }: Recorded, of: string): Attributes[] =>
  history.events.flatMap((event) => (event[of] === undefined ? [] : [event[of] as Attributes]));
/** The fate as the run's search attribute has it: also of a sealed run in clear. */
const fateOf = (one: Recorded): RunFate =>
  JSON.parse(
    Buffer.from(
      attributes(one, 'upsertWorkflowSearchAttributesEventAttributes')
        .map(({ searchAttributes }) => searchAttributes?.indexedFields['EvenkeelFate']?.data)
        .findLast((data) => data !== undefined)!,
      'base64',
    ).toString(),
  ) as RunFate;
const stepsOf = (one: Recorded): string[] =>
  attributes(one, 'activityTaskScheduledEventAttributes')
    .map(({ activityType }) => activityType!.name)
    .filter((name) => name !== recordFate.name);

describe('recorded histories', () => {
  let current: Record<'clear' | 'sealed', WorkflowBundle>;
  let swapped: typeof current;
  const made = async (file: string): Promise<typeof current> => {
    const path = pathToFileURL(join(process.cwd(), file));
    const [clear, sealed] = [
      await bundleWorkflows(path, { sealed: false }),
      await bundleWorkflows(path, { sealed: true }),
    ];
    return { clear, sealed };
  };
  before(async function () {
    this.timeout(120_000);
    quietly();
    [current, swapped] = await Promise.all([
      made('src/workflows/index.ts'),
      made('test/support/workflows/swapped/index.ts'),
    ]);
  });
  const replay = ({ workflow, history, file }: Recorded, bundles: typeof current): Promise<void> => {
    const { sealed } = WORKFLOWS[workflow];
    return Worker.runReplayHistory(
      {
        workflowBundle: sealed ? bundles.sealed : bundles.clear,
        dataConverter: dataConverter(parseKeyring(TEST_PAYLOAD_KEYS), sealed),
      },
      history,
      file,
    );
  };

  it('are there for every workflow and every fate that it can have', () => {
    assert.deepEqual(Object.keys(WORKFLOWS).toSorted(), Object.keys(workflows).toSorted());
    for (const [workflow, { fates }] of Object.entries(WORKFLOWS)) {
      const there = new Set(recorded.filter((one) => one.workflow === workflow).map(fateOf));
      assert.deepEqual([...there].toSorted(), fates.toSorted(), workflow);
    }
    const wanted = RECORDINGS.map(({ workflow, what }) => `${workflow}/${what}.json`);
    assert.deepEqual(
      wanted.filter((file) => !recorded.some((one) => one.file === file)),
      [],
    );
  });

  it('are of the workflow whose folder they are in', () => {
    for (const one of recorded)
      assert.equal(attributes(one, 'workflowExecutionStartedEventAttributes')[0]!.workflowType!.name, one.workflow);
  });

  for (const one of recorded)
    it(`${one.file} replays on the workflows of today`, async () => {
      await replay(one, current);
    });

  for (const one of recorded.filter((one) => stepsOf(one).length > 0))
    it(`${one.file} does not replay on a story with two steps swapped`, async () => {
      await assert.rejects(replay(one, swapped), DeterminismViolationError);
    });
});
