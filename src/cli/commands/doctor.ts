import type { Command } from 'commander';
import { about, type Finding } from '../checks/finding.ts';
import { postgresFindings } from '../checks/postgres.ts';
import { providerFindings } from '../checks/providers.ts';
import { runFindings } from '../checks/runs.ts';
import { s3Findings } from '../checks/s3.ts';
import { sealFindings } from '../checks/seals.ts';
import { temporalFindings } from '../checks/temporal.ts';
import { wallClock } from '../../services.ts';
import { withServices, type Context } from '../context.ts';
import { EXIT, placesOf } from '../errors.ts';
import { examples } from '../options.ts';

export function register(program: Command, context: Context): void {
  const command = program
    .command('doctor')
    .description(
      'looks at every service and at what waits for a person; exits 1 when something is wrong, 4 when something cannot be reached',
    )
    .option(
      '--fix',
      'registers missing search attributes; makes the buckets that lack, versioned, and with object lock for seals',
    )
    .action(({ fix = false }: { fix?: boolean }) =>
      withServices(context, async (services) => {
        const { config } = services;
        const { temporal, postgres, s3, payments, carrier, rail } = placesOf(config);
        const findings: Finding[] = (
          await Promise.all([
            about(temporal, config, () => temporalFindings(services, fix)),
            about(postgres, config, () => postgresFindings(services, postgres)),
            about(s3, config, () => s3Findings(services, s3, fix)),
            about(payments, config, () => providerFindings(payments, config.PAYMENTS_URL)),
            about(carrier, config, () => providerFindings(carrier, config.CARRIER_URL)),
            about(rail, config, () => providerFindings(rail, config.RAIL_URL)),
          ])
        ).flat();
        const sound = ['namespace', 'search attributes', 'schema', temporal.name, postgres.name].every(
          (check) =>
            !findings.some((each) => each.check === check && (each.state === 'wrong' || each.state === 'unreachable')),
        );
        if (sound) findings.push(...(await runFindings(services)));
        if (sound && !findings.some(({ check, state }) => check === s3.name && state === 'unreachable'))
          findings.push(...(await sealFindings(services, wallClock(), fix)));
        print(context, findings);
      }),
    );
  examples(command, context, 'doctor', 'doctor --fix', 'doctor --json');
}

function print(context: Context, findings: readonly Finding[]): void {
  const { terminal, self } = context;
  terminal.results(
    findings,
    [
      ['', ({ state }) => state],
      ['check', ({ check }) => check],
      ['found', ({ says }) => says],
    ],
    '',
  );
  for (const { check, todo } of findings)
    if (todo !== undefined) terminal.note(`${check}: ${todo.replace(/^evenkeel /, `${self} `)}`);
  if (findings.some(({ state }) => state === 'wrong')) context.exit = EXIT.failed;
  if (findings.some(({ state }) => state === 'unreachable')) context.exit = EXIT.unreachable;
}
