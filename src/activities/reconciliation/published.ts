import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { csvOf, htmlOf } from '../../domain/reconciliation/report.ts';
import type { Result } from '../../domain/reconciliation/result.ts';
import type { MadeVersion } from '../../kit/contract/dataset.ts';
import type { Tx } from '../../kit/effects/database.ts';
import { datasetOnce, type ContentFile } from '../../kit/effects/dataset/index.ts';
import { ContractViolation } from '../../kit/effects/errors.ts';

/** Which result: its row does not change, so that the same files are made of it every time. */
type Source = { account: string; period: string; n: number };

/** A segment of a dataset's name. An account that cannot stand in one stands there by its hash. */
const nameOf = (account: string): string =>
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/.test(account) && account !== 'versions' && account !== 'content'
    ? account
    : `x-${createHash('sha256').update(account).digest('hex').slice(0, 32)}`;

/** `reconciliation/<account>/<month>` */
export const datasetOf = ({ account, period }: Omit<Source, 'n'>): string =>
  `reconciliation/${nameOf(account)}/${period}`;

/** There is a newer result, which its own run publishes: an older one must not come on top of it. */
class Outdated extends Error {
  override readonly name = 'Outdated';
}

export function resultOnce(s3: S3Client, bucket: string, database: Tx) {
  const beNewest = async ({ account, period, n }: Source): Promise<void> => {
    const newer = await database.query(
      'select from reconciliation.results where account = $1 and period = $2 and n > $3 limit 1',
      [account, period, n],
    );
    if (newer.length > 0) throw new Outdated();
  };
  const { publish } = datasetOnce<Source, Source>(
    s3,
    bucket,
    ({ account, period, n }) => ({ dataset: datasetOf({ account, period }), source: { account, period, n } }),
    async ({ account, period, n }): Promise<ContentFile[]> => {
      const [row] = await database.query<{ result: Result }>(
        'select result from reconciliation.results where account = $1 and period = $2 and n = $3',
        [account, period, n],
      );
      if (!row) throw new ContractViolation(`no result ${n} of ${period}`);
      const { result } = row;
      return [
        { name: 'result.json', contentType: 'application/json', body: `${JSON.stringify(result, null, 1)}\n` },
        { name: 'items.csv', contentType: 'text/csv; charset=utf-8', body: csvOf(result) },
        { name: 'report.html', contentType: 'text/html; charset=utf-8', body: htmlOf(result) },
      ];
    },
    beNewest,
  );
  return {
    ...publish,
    // A result and no refusal: its run is past the pivot, where a refusal would wait for a person.
    async send(...[request, attempt]: Parameters<typeof publish.send>): Promise<MadeVersion | { overtaken: true }> {
      try {
        // Before the walk too: of an attempt whose answer was lost the burn lies on the way.
        await beNewest(request.source);
        return await publish.send(request, attempt);
      } catch (error) {
        if (error instanceof Outdated) return { overtaken: true };
        throw error;
      }
    },
  };
}
