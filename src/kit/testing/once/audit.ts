import { withoutVolatile, sha256 } from '../../effects/fingerprint.ts';
import { verifyAudit } from '../../effects/audit.ts';
import type { Exam, Intention, Round } from './exam.ts';

interface Entry {
  readonly event: string;
  readonly key: string;
  readonly activity: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly attempt: number;
  readonly actor: string;
  readonly fingerprint: string;
}

/** The audit of an intention: just these entries (`applied bookRoom`), each with who, what and when, in a chain that is whole. */
export async function audited(
  { contract, forward, opened: { database } }: Exam,
  round: Round,
  { id, input }: Intention,
  expected: readonly string[],
): Promise<void> {
  const keys = [forward.key(input), contract.key(input)];
  const rows = await database.query<{ entry: string }>('select entry from kit.audit where subject = $1 order by n', [
    id,
  ]);
  const entries = rows.map(({ entry }) => JSON.parse(entry) as Entry).filter(({ key }) => keys.includes(key));
  round.expect(
    'the audit says',
    entries.map(({ event, activity }) => `${event} ${activity}`),
    expected,
  );
  for (const { event, activity, workflowId, runId, attempt, actor, fingerprint } of entries) {
    const { volatile } = activity === contract.name ? contract : forward;
    const complete = workflowId === id && runId === 'run' && attempt >= 1 && actor !== '';
    round.expect(`the audit of ${event} ${activity} names run, attempt and actor`, complete, true);
    round.expect(
      `the audit of ${event} ${activity} has the fingerprint`,
      fingerprint,
      sha256(withoutVolatile(input, volatile)),
    );
  }
  round.expect('faults in the audit chain', (await verifyAudit(database, [sha256], { subject: id })).faults, []);
}
