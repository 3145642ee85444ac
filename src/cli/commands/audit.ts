import type { Command } from 'commander';
import { verifyAudit, type AuditFault } from '../../kit/effects/audit.ts';
import { keyedFingerprint, sha256 } from '../../kit/effects/fingerprint.ts';
import { patientKey } from '../../services.ts';
import { withServices, type Context } from '../context.ts';
import { EXIT } from '../errors.ts';
import { examples } from '../options.ts';

const FAULT: Record<AuditFault['fault'], string> = {
  hash: 'the entry or one before it was edited',
  gap: 'an entry is missing, or one too many',
  head: 'the chain is longer or shorter than it was left',
  outcome: 'what is stored is not what was audited',
  'no-entry': 'an effect without an audit entry',
};

export function register(program: Command, context: Context): void {
  const audit = program.command('audit').description('the audit of every effect');
  examples(audit, context, 'audit verify');
  const verify = audit
    .command('verify')
    .description('recomputes the hash chains and compares what is stored; exits 1 when anything was changed')
    .option('--subject <workflow>', 'only the chain of this run')
    .action(({ subject }: { subject?: string }) =>
      withServices(context, async ({ database, config }) => {
        const { terminal } = context;
        const [row] = await database.query<{ entries: string }>(
          'select count(*) as entries from kit.audit where $1::text is null or subject = $1',
          [subject ?? null],
        );
        const bar = terminal.bar(Number(row?.entries ?? 0), 'entries');
        const keyed = config.EVENKEEL_PATIENT_HMAC_KEY === undefined ? [] : [keyedFingerprint(patientKey(config))];
        const report = await verifyAudit(database, [sha256, ...keyed], {
          ...(subject === undefined ? {} : { subject }),
          onProgress: (entries) => bar.at(entries),
        }).finally(() => bar.stop());
        for (const fault of report.faults)
          terminal.result(fault, [fault.subject, fault.n, fault.key, FAULT[fault.fault]].filter(Boolean).join('  '));
        if (report.faults.length > 0) context.exit = EXIT.failed;
        const { subjects, entries, faults } = report;
        terminal.result(
          { subjects, entries, faults: faults.length },
          `${entries} entries of ${subjects} runs: ${faults.length === 0 ? 'nothing was changed' : `${faults.length} faults`}`,
        );
      }),
    );
  examples(verify, context, 'audit verify', 'audit verify --subject orders/ord_42');
}
