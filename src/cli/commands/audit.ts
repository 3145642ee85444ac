import type { Command } from 'commander';
import { verifyAudit, type AuditFault } from '../../kit/effects/audit.ts';
import { keyedFingerprint, sha256 } from '../../kit/effects/fingerprint.ts';
import type { SealFault, SealReport, SealSummary } from '../../kit/effects/seal/index.ts';
import { sealNow, sealsOf } from '../../seals.ts';
import { patientKey } from '../../services.ts';
import { withServices, type Context } from '../context.ts';
import { EXIT } from '../errors.ts';
import { examples } from '../options.ts';
import type { Bar } from '../terminal.ts';

const FAULT: Record<AuditFault['fault'], string> = {
  hash: 'the entry or one before it was edited',
  gap: 'an entry is missing, or one too many',
  head: 'the chain is longer or shorter than it was left',
  outcome: 'what is stored is not what was audited',
  'no-entry': 'an effect without an audit entry',
};

const SEAL_FAULT: Record<SealFault['fault'], string> = {
  missing: 'is missing',
  'no-seal': 'is not what was signed',
  'unknown-key': 'is signed by a key that is not in EVENKEEL_AUDIT_PUBLIC_KEYS',
  unchained: 'does not follow the one before it, which was replaced',
  deleted: 'is hidden by a deletion; the locked version was read',
  overwritten: 'is hidden by another object; the locked version was read',
  cut: 'the entry was sealed, and is no longer there',
  removed: 'the run was sealed, and none of its entries is there',
  rewritten: 'another entry was sealed',
  'not-sealed': 'the database says that it is sealed, and the seal does not',
};

/** What is found against seals only. */
const BY_SEALS: readonly SealFault['fault'][] = ['cut', 'removed', 'rewritten'];

export function register(program: Command, context: Context): void {
  const audit = program.command('audit').description('the audit of every effect, and its seals');
  examples(audit, context, 'audit verify', 'audit seal');
  const verify = audit
    .command('verify')
    .description(
      'recomputes the hash chains, compares what is stored, and holds both against the seals; exits 1 when anything was changed',
    )
    .option('--subject <workflow>', 'only the chain of this run')
    .action(({ subject }: { subject?: string }) => verified(context, subject));
  examples(verify, context, 'audit verify', 'audit verify --subject orders/ord_42');
  const seal = audit
    .command('seal')
    .description('signs what is new in the audit, and puts it where nobody can change it; for an hourly or nightly job')
    .action(() => sealed(context));
  examples(seal, context, 'audit seal', 'audit seal --json');
}

async function verified(context: Context, subject: string | undefined): Promise<void> {
  const { terminal } = context;
  await withServices(context, async (services) => {
    const { database, config } = services;
    const seals = sealsOf(services);
    const [row] = await database.query<{ entries: string }>(
      'select count(*) as entries from kit.audit where $1::text is null or subject = $1',
      [subject ?? null],
    );
    let bar = terminal.bar(Number(row?.entries ?? 0), 'entries');
    let ofSeals: Bar | undefined;
    const keyed = config.EVENKEEL_PATIENT_HMAC_KEY === undefined ? [] : [keyedFingerprint(patientKey(config))];
    const report = await verifyAudit(database, [sha256, ...keyed], {
      ...(subject === undefined ? {} : { subject }),
      ...(seals === undefined ? {} : { seals }),
      onProgress: (entries) => bar.at(entries),
      onSeals(done, of) {
        if (!ofSeals) bar.stop();
        bar = ofSeals ??= terminal.bar(of, 'seals');
        bar.at(done);
      },
    }).finally(() => bar.stop());
    const { subjects, entries, sealed } = report;
    for (const fault of report.faults)
      terminal.result(fault, [fault.subject, fault.n, fault.key, FAULT[fault.fault]].filter(Boolean).join('  '));
    for (const fault of sealed?.faults ?? [])
      terminal.result(
        fault,
        [`seal ${fault.seal}`, fault.subject, fault.n, SEAL_FAULT[fault.fault]].filter(Boolean).join('  '),
      );
    const faults = report.faults.length + (sealed?.faults.length ?? 0);
    if (faults > 0) context.exit = EXIT.failed;
    const notChecked = sealed?.newest ? [] : BY_SEALS;
    terminal.result(
      { subjects, entries, faults, seals: sealed ? { ...sealed, faults: sealed.faults.length } : null, notChecked },
      `${entries} entries of ${subjects} runs: ${faults === 0 ? 'nothing was changed' : `${faults} faults`}\n${aboutSeals(entries, sealed)}`,
    );
  });
}

const aboutSeals = (entries: number, sealed: SealReport | undefined): string =>
  sealed?.newest
    ? `${sealed.entries} of them are sealed, ${entries - sealed.entries} came later: ${sealed.seals} seals, the newest ${named(sealed.newest)}` +
      (sealed.unlocked > 0 ? `\n${sealed.unlocked} seals have no lock: they can be deleted` : '')
    : `${sealed ? 'There is no seal yet' : 'EVENKEEL_AUDIT_BUCKET is not set'}: not looked for were tails cut off together with their heads, chains rewritten whole, and runs removed whole`;

const named = ({ number, at, sha256 }: SealSummary): string => `${number} of ${at}, SHA-256 ${sha256}`;

async function sealed(context: Context): Promise<void> {
  const { terminal } = context;
  await withServices(context, async (services) => {
    let bar: Bar | undefined;
    const { made, newest } = await sealNow(services, (heads, of) => {
      bar ??= terminal.bar(of, 'runs');
      bar.at(heads);
    }).finally(() => bar?.stop());
    for (const one of made) terminal.result({ ...one, made: true }, `seal ${named(one)}: ${one.runs} runs`);
    if (made.length === 0)
      terminal.result(
        { ...newest, made: false },
        newest ? `nothing is new since seal ${named(newest)}` : 'there is nothing to seal',
      );
  });
}
