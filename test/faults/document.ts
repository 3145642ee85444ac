import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Played } from './play.ts';
import { number, rowOf, totalOf, type Row } from './report.ts';

/** Writes down what a run of everything printed. */
export async function writeDocument(played: readonly Played[], at: Date): Promise<void> {
  await writeFile(join(process.cwd(), 'docs', 'reliability.md'), documentOf(played, at));
}

export function documentOf(played: readonly Played[], at: Date): string {
  const rows = played.map(rowOf);
  const total = totalOf(rows);
  return `# Reliability

What was broken on purpose, and what came of it. This page is written by

\`\`\`
npm run faults
\`\`\`

and by nobody else; the numbers are those of its run of ${at.toISOString().slice(0, 10)}, of ${Math.ceil(total.seconds / 60)} minutes. A slice of it runs in \`npm test\`.

Workers, clients, Temporal, Postgres, the object store and the providers are processes of their own on one stack; they are killed,
frozen and restarted as processes. A **case** is one run of a pipeline in which one thing is broken at one place: at a barrier
of an attempt (before its effect, in its open transaction, after the commit and before the answer, …; [which there are](testing.md#what-it-proves)),
at a request on its way, or at a delivery. The places are enumerated from the contracts: an activity, a workflow or a fate of which the
tables know no run fails the build.

## What was broken

| family | planned | reached | ended well | effects | what is broken, and what must come of it |
|---|---:|---:|---:|---:|---|
${played.map(({ family }, i) => line(`\`${family.name}\``, rows[i]!, family.breaks)).join('\n')}
${line('**all**', total, '')}

- *planned*: cases. *reached*: the thing was broken with the attempt where the plan wants it; a case that does not come to that fails the run.
- *ended well*: the run came to the one fate and reason that its input says (card declined: \`compensated\`, \`CardDeclined\`), nothing
  that the family must see was missing, and no invariant was breached.
- *effects*: those that the family's runs made, counted where they are real: at the payment provider, the carrier, the object store
  and in the domain's tables; never in our own record of them. A completed order makes eight.

## What was counted

After every family all far sides are read whole, and each of these is asked of everything that there is by then. *Looked at* is
how many things there were in the end; none would fail the run. Each is shown to notice an edit that breaks just it, on every change
(\`test/faults/invariants.test.ts\`).

| invariant | looked at | breaches |
|---|---:|---:|
${played
  .at(-1)!
  .invariants.map(({ name, counted, breaches }) => `| ${name} | ${number(counted)} | ${number(breaches.length)} |`)
  .join('\n')}

In fewer words, down the table: what went in came out, with a fate. Nothing was done twice. What is on the shelf is what was there, less
what was shipped. The customer paid for what was sent and kept, and for nothing else. The books add up. Of a patient just those
versions were announced that were taken. Nobody has edited the audit.

## By hand

\`\`\`
npm run -s faults -- --list                                  # every case
npm run -s faults -- --only kill/orders/capturePayment/sent  # one of them, or all whose id has this part
\`\`\`

It runs in a temporary folder that is deleted at the end. Timings are of two cores that do nothing else.
`;
}

const line = (family: string, { planned, reached, endedWell, effects }: Row, what: string): string =>
  `| ${[family, ...[planned, reached, endedWell, effects].map(number), what].join(' | ')} |`;
