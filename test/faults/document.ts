import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Played } from './play.ts';
import { rowOf, summary, totalOf } from './report.ts';

const number = (value: number): string => value.toLocaleString('en-GB');

/** Writes down what a run of everything printed. */
export async function writeDocument(played: readonly Played[], at: Date): Promise<void> {
  await writeFile(join(process.cwd(), 'docs', 'reliability.md'), documentOf(played, at));
}

export function documentOf(played: readonly Played[], at: Date): string {
  const rows = played.map(rowOf);
  return `# Reliability

What was broken on purpose, and what came of it. This page is written by \`npm run faults\` and by nobody else; the numbers
are those of its run of ${at.toISOString().slice(0, 10)}. A slice of it runs in \`npm test\`.

Every barrier of every activity of every pipeline is enumerated from the contracts: an activity, a workflow or a fate for
which the tables have no run fails the build. Workers, Temporal, Postgres, the object store and the providers are processes
of their own on one stack; they are killed, frozen and restarted as processes.

| family | planned | reached | ended well | effects | what is broken |
|---|---:|---:|---:|---:|---|
${played
  .map(
    ({ family }, i) =>
      `| \`${family.name}\` | ${number(rows[i]!.planned)} | ${number(rows[i]!.reached)} | ${number(rows[i]!.endedWell)} | ${number(rows[i]!.effects)} | ${family.breaks} |`,
  )
  .join('\n')}

**${summary(totalOf(rows))}.**

- *planned*: cases. *reached*: the attempt stood where the plan wants it when it was broken; one that did not come fails the run.
- *ended well*: the run came to the one fate and reason that its input says, and none of the invariants below was breached.
- *effects*: those that the family's runs made, counted where they are: at the payment provider, the carrier, the object
  store and in the domain's tables; never in our own record of them.

## Invariants

Looked for at the far sides after every family; *looked at* is how many things there were in the end. Each was seen red
once by an edit of the far side (\`test/faults/invariants.test.ts\`).

| invariant | looked at | breaches |
|---|---:|---:|
${played
  .at(-1)!
  .invariants.map(({ name, counted, breaches }) => `| ${name} | ${number(counted)} | ${number(breaches.length)} |`)
  .join('\n')}

## By hand

\`\`\`
npm run -s faults -- --list                                  # every case
npm run -s faults -- --only kill/orders/capturePayment/sent  # one of them, or all whose id has this part
\`\`\`
`;
}
