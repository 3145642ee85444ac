import { outcomeTable } from './outcomes.ts';

// What every sample comes to: npx tsx test/domain/sources/print-outcomes.ts > test/domain/sources/outcomes.md
process.stdout.write(`${await outcomeTable()}\n`);
