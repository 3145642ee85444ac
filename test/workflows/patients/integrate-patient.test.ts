import assert from 'node:assert/strict';
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { NativeConnection, Worker, type WorkflowBundle } from '@temporalio/worker';
import type { FhirPatient, Integrated } from '../../../src/contracts/patients.ts';
import { toIntegration } from '../../../src/domain/fhir/patient.ts';
import type { Json } from '../../../src/kit/contract/outcome.ts';
import type { Ended } from '../../../src/kit/contract/updates.ts';
import type { Database } from '../../../src/kit/effects/database.ts';
import { keyedFingerprint } from '../../../src/kit/effects/fingerprint.ts';
import { PostgresStore } from '../../../src/kit/effects/postgres.ts';
import type { Observe } from '../../../src/kit/effects/store.ts';
import { bundleWorkflows } from '../../../src/kit/worker/bundle.ts';
import { dataConverter, openJson, parseKeyring, sealJson } from '../../../src/kit/worker/codec.ts';
import { activitiesOf } from '../../../src/kit/worker/manifest.ts';
import { patientsPipeline } from '../../../src/pipelines/patients.ts';
import { Gate } from '../../support/conditions.ts';
import { freshDatabase, stack, STACK_TIMEOUT_MS } from '../../support/stack.ts';
import { MODES, quietly, type Mode } from '../../support/temporal.ts';

const KEY = randomBytes(32);
const RING = parseKeyring(`k1:${randomBytes(32).toString('base64')}`);
const hmac = (text: string): string => createHmac('sha256', KEY).update(text).digest('hex');
const fingerprint = keyedFingerprint(KEY);

/** Planted: none of these may be readable anywhere but in the sealed payloads. */
const PLANTED = ['Dulcinea', 'Toboso', '1605-01-16', 'MRN-PLANTED', 'SSN-PLANTED'] as const;
const patient = (changed: Partial<FhirPatient> = {}): FhirPatient => ({
  resourceType: 'Patient',
  meta: { versionId: '1', lastUpdated: '2026-01-01T00:00:00Z' },
  identifier: [
    { system: 'urn:mrn', value: `MRN-PLANTED-${randomUUID()}` },
    { system: 'urn:ssn', value: `SSN-PLANTED-${randomUUID()}` },
  ],
  name: [{ family: ' Toboso', given: ['Dulcinea '] }],
  birthDate: '1605-01-16',
  gender: 'female',
  ...changed,
});

describe('integrate-patient', () => {
  let client: Client;
  let native: NativeConnection;
  let database: Database;
  let bundle: WorkflowBundle;
  const lines: string[] = [];
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    quietly();
    const { env } = await stack();
    const address = env['TEMPORAL_ADDRESS']!;
    native = await NativeConnection.connect({ address });
    client = new Client({
      connection: await Connection.connect({ address }),
      dataConverter: dataConverter(RING, true),
    });
    ({ database } = await freshDatabase('patients'));
    bundle = await bundleWorkflows(pathToFileURL(join(process.cwd(), 'src/workflows/index.ts')), { sealed: true });
  });
  after(async () => {
    await client.connection.close();
    await native.close();
  });

  async function integrated(
    mode: Mode,
    resource: FhirPatient,
    act: (handle: WorkflowHandle) => Promise<void> = async () => undefined,
    observe: Observe = () => undefined,
  ): Promise<{ ended: Ended<Integrated>; handle: WorkflowHandle }> {
    const payload = toIntegration(resource, hmac, fingerprint);
    const taskQueue = `patients-${randomUUID()}`;
    const worker = await Worker.create({
      connection: native,
      taskQueue,
      workflowBundle: bundle,
      dataConverter: dataConverter(RING, true),
      maxCachedWorkflows: mode === 'cached' ? 20 : 0,
      activities: activitiesOf(
        patientsPipeline,
        { seal: (json) => sealJson(RING, json) },
        {
          pipeline: 'patients',
          store: new PostgresStore(database, observe),
          fingerprint,
          clock: () => new Date(),
          observe,
          log: (line) => lines.push(JSON.stringify(line)),
        },
      ),
    });
    return worker.runUntil(async () => {
      const handle = await client.workflow.start('integratePatient', {
        workflowId: `patients/${payload.patientRef}.${payload.versionRef}`,
        taskQueue,
        args: [payload],
      });
      await act(handle);
      return { ended: (await handle.result()) as Ended<Integrated>, handle };
    });
  }
  const versions = async (resource: FhirPatient): Promise<{ version: number; state: string; resource: Json }[]> =>
    (
      await database.query<{ version: number; state: string; resource: { sealed: string } | null }>(
        'select version, state, resource from patients.versions where patient_ref = $1 order by version',
        [toIntegration(resource, hmac, fingerprint).patientRef],
      )
    ).map((row) => ({ ...row, resource: row.resource && openJson(RING, row.resource) }));
  const identifiers = async (resource: FhirPatient): Promise<number> =>
    (
      await database.query('select from patients.identifiers where identifier = any($1)', [
        toIntegration(resource, hmac, fingerprint).identifiers,
      ])
    ).length;

  for (const mode of MODES)
    describe(mode, () => {
      it('writes the cleansed record, sealed, under the patient of its first identifier', async () => {
        const resource = patient();
        const { ended } = await integrated(mode, resource);
        assert.deepEqual([ended.fate, ended.result?.version], ['completed', 1]);
        assert.deepEqual(await versions(resource), [
          {
            version: 1,
            state: 'current',
            resource: { ...resource, name: [{ family: 'Toboso', given: ['Dulcinea'] }] },
          },
        ]);
        assert.equal(await identifiers(resource), 2);
      });

      it('adds a newer version, and refuses an older one that came late', async () => {
        const first = patient();
        const third = { ...first, meta: { versionId: '3', lastUpdated: '2026-03-01T00:00:00Z' } };
        const second = { ...first, meta: { versionId: '2', lastUpdated: '2026-02-01T00:00:00Z' } };
        await integrated(mode, first);
        assert.equal((await integrated(mode, third)).ended.result?.version, 2);
        assert.deepEqual((await integrated(mode, second)).ended, {
          fate: 'compensated',
          reason: 'NewerVersionThere',
          result: null,
        });
        assert.equal((await versions(first)).length, 2);
        assert.equal(await identifiers(first), 2, 'what the first version claimed is still claimed');
      });

      it('is refused when an identifier belongs to another patient, and claims none', async () => {
        const one = patient();
        await integrated(mode, one);
        const other = patient({ identifier: [{ system: 'urn:mrn', value: randomUUID() }, one.identifier![1]!] });
        assert.deepEqual((await integrated(mode, other)).ended, {
          fate: 'refused',
          reason: 'IdentifierTaken',
          result: null,
        });
        assert.deepEqual(await versions(other), []);
        assert.equal(await identifiers({ ...other, identifier: [other.identifier![0]!] }), 0);
      });

      it('is refused when it has no name or no date of birth', async () => {
        assert.equal((await integrated(mode, patient({ name: [] }))).ended.reason, 'NameMissing');
        assert.equal((await integrated(mode, patient({ birthDate: 'long ago' }))).ended.reason, 'BirthDateMissing');
      });

      it('cancelled after the record was written, is withdrawn by a next version', async () => {
        const resource = patient();
        const written = new Gate();
        const { ended } = await integrated(
          mode,
          resource,
          async (handle) => {
            await written.arrived;
            await handle.executeUpdate('cancel', { args: [{ actor: 'ann', reason: 'wrong patient' }] });
            written.open();
          },
          (point, { activity }) => (point === 'committed' && activity === 'writeRecord' ? written.pass() : undefined),
        );
        assert.deepEqual(ended, { fate: 'compensated', reason: 'Cancelled', result: null });
        assert.deepEqual(
          (await versions(resource)).map(({ version, state, resource: kept }) => [version, state, kept === null]),
          [
            [1, 'current', false],
            [2, 'withdrawn', true],
          ],
        );
        assert.equal(await identifiers(resource), 0);
      });
    });

  it('seals the messages of failures too', async () => {
    const one = patient();
    await integrated('cached', one);
    const other = patient({ identifier: [{ system: 'urn:mrn', value: randomUUID() }, one.identifier![1]!] });
    const { events } = await (await integrated('cached', other)).handle.fetchHistory();
    const failures = events!.flatMap(({ activityTaskFailedEventAttributes: at }) => at?.failure ?? []);
    assert.deepEqual(
      failures.map(({ message, stackTrace }) => [message, stackTrace]),
      [['Encoded failure', '']],
    );
  });

  it('shows no name, number or date in history, tables, keys, errors or log lines', async () => {
    const failing = patient({ meta: { versionId: '1', lastUpdated: '2026-01-01T00:00:00Z' } });
    let once = true;
    const { handle } = await integrated('cached', failing, undefined, (point, { activity }) => {
      if (point !== 'received' || activity !== 'writeRecord' || !once) return;
      once = false;
      throw new TypeError(`a bug that prints ${JSON.stringify(failing)}`);
    });
    const history = historyToJSON(await handle.fetchHistory());
    const { workflowId } = handle;
    const description = JSON.stringify((await handle.describe()).raw);
    const tables: string[] = [];
    for (const { name } of await database.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('kit', 'patients')`,
    ))
      tables.push(JSON.stringify(await database.query(`select t::text from ${name} t`)));
    const decoded = (text: string): string =>
      text +
      [...text.matchAll(/"([A-Za-z0-9+/]{16,}={0,2})"/g)]
        .map(([, base64]) => Buffer.from(base64!, 'base64').toString('latin1'))
        .join('\n');
    for (const [where, text] of Object.entries({
      history: decoded(history),
      description: decoded(description),
      workflowId,
      tables: tables.join('\n'),
      lines: lines.join('\n'),
    })) {
      assert.ok(text.length > 20, `there is something to look at in ${where}`);
      for (const planted of PLANTED) assert.ok(!text.includes(planted), `${planted} is readable in ${where}`);
    }
    assert.ok(
      lines.some((line) => line.includes('Unexpected')),
      'the planted failure was logged',
    );
  });
});
