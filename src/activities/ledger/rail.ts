import type { S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import type * as contract from '../../contracts/rail.ts';
import type { InputOf } from '../../kit/contract/activity.ts';
import { MINOR_UNITS, toMinor } from '../../kit/contract/money.ts';
import type { Implementation } from '../../kit/effects/body.ts';
import type { Tx } from '../../kit/effects/database.ts';
import { objectOnce } from '../../kit/effects/s3.ts';
import { lockAccounts, railOf } from './accounts.ts';
import { book, reverse, settlementOf, transactionOf } from './books.ts';

/** ISO 20022 ExternalPaymentTransactionStatus1Code, as much of it as the rail uses. */
const Payment = z.object({
  instructionId: z.string(),
  status: z.enum(['ACSP', 'ACSC', 'RJCT']),
  reason: z.string().optional(),
});
type Payment = z.infer<typeof Payment>;

const ReturnsPage = z.object({
  returns: z.array(
    z.object({
      returnId: z.string(),
      instructionId: z.string(),
      amountMinor: z.string().regex(MINOR_UNITS),
      currency: z.string(),
      reason: z.string(),
    }),
  ),
  /** Where the next page begins; null: this was the last. */
  next: z.string().nullable(),
});
export type ReturnsPage = z.infer<typeof ReturnsPage>;

/** An answer that is neither 2xx nor a rejection. Its text stays here. */
class RailError extends Error {
  override readonly name = 'RailError';
  readonly status: number;
  constructor(status: number) {
    super(String(status));
    this.status = status;
  }
}

interface Instruction {
  readonly instructionId: string;
  readonly amountMinor: string;
  readonly currency: string;
  readonly debtorAccount: string;
  readonly creditor: { readonly name: string; readonly account: string };
}

/** The payment rail of all currencies, in ISO 20022's words and JSON. */
export class Rail {
  readonly #url: URL;
  constructor(url: URL) {
    this.#url = url;
  }

  submit = async (instruction: Instruction): Promise<Payment> =>
    Payment.parse(await this.#ask('POST', 'credit-transfers', instruction));
  find = async (instructionId: string): Promise<Payment> =>
    Payment.parse(await this.#ask('GET', `credit-transfers/${instructionId}`));
  returns = async (after: string): Promise<ReturnsPage> =>
    ReturnsPage.parse(await this.#ask('GET', `returns?after=${encodeURIComponent(after)}`));

  async #ask(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(new URL(path, this.#url), {
      method,
      signal: AbortSignal.timeout(10_000), // below `attempt`
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new RailError(response.status);
    return answer;
  }
}

/** What it rejects at once, the rail does not know afterwards. */
const accepted = (rail: Rail, instructionId: string): Promise<boolean> =>
  rail.find(instructionId).then(
    () => true,
    (error: unknown) => {
      if (error instanceof RailError && error.status === 404) return false;
      throw error;
    },
  );

const busy = (error: unknown): boolean => error instanceof RailError && (error.status === 503 || error.status === 429);

export const railActivities = (rail: Rail, s3: S3Client, bucket: string): Implementation<typeof contract, Tx> => ({
  submitPayment: {
    request: ({ transferId, debtor, beneficiary, amountMinor, currency }): Instruction => ({
      instructionId: transferId,
      amountMinor,
      currency,
      debtorAccount: debtor,
      creditor: beneficiary!, // a transfer without one does not come here
    }),
    async send(instruction: Instruction, { refuse, retry }) {
      try {
        const { instructionId, status, reason } = await rail.submit(instruction);
        // A resend may be told the last word of what was accepted: that is a late rejection, and of the story's.
        if (status === 'RJCT' && !(await accepted(rail, instructionId))) throw refuse('PaymentRejected', reason);
        return { instructionId };
      } catch (error) {
        throw busy(error) ? retry('RailBusy') : error;
      }
    },
  },

  async readPayment({ transferId }, { retry }) {
    try {
      const { status, reason } = await rail.find(transferId);
      return { status: STATUS[status], ...(reason === undefined ? {} : { reason }) };
    } catch (error) {
      throw busy(error) ? retry('RailBusy') : error;
    }
  },

  async settleTransfer({ transferId, amountMinor, currency }, { tx, now }) {
    const { clearing, nostro } = (await railOf(tx, currency))!;
    await lockAccounts(tx, [clearing, nostro]);
    const id = settlementOf(transferId);
    await book(tx, { id, kind: 'settlement', at: now() }, { from: clearing, to: nostro, amountMinor, currency });
    return { transactionId: id };
  },

  async rejectTransfer({ transferId, debtor, currency }, { tx, now }) {
    const { clearing } = (await railOf(tx, currency))!;
    await lockAccounts(tx, [debtor, clearing]);
    await tx.query(`update ledger.holds set state = 'voided', posted_minor = 0 where transfer_id = $1`, [transferId]);
    return { transactionId: await reverse(tx, transactionOf(transferId), now()) };
  },

  async postReturn({ transferId, amountMinor, currency }, { tx, now, refuse, retry }) {
    const [posted, settled] = [transactionOf(transferId), settlementOf(transferId)];
    // Its accounts are those of its entries, whatever the rail's are by now.
    const entries = await tx.query<Entry>(
      'select transaction_id, account_id, currency, amount_minor from ledger.entries where transaction_id in ($1, $2)',
      [posted, settled],
    );
    const debit = entries.find(
      ({ transaction_id, amount_minor }) => transaction_id === posted && amount_minor.startsWith('-'),
    );
    if (!debit) {
      const [held] = await tx.query(`select from ledger.holds where transfer_id = $1 and state = 'held'`, [transferId]);
      throw held ? retry('NotSettled') : refuse('UnknownTransfer');
    }
    const accounts = await lockAccounts(
      tx,
      entries.map(({ account_id }) => account_id),
    );
    // Also when it came to nothing: what the rail has rejected cannot come back.
    const [reversed] = await tx.query('select from ledger.transactions where reverses = $1', [posted]);
    if (reversed) throw refuse('AlreadyReturned');
    if (!entries.some(({ transaction_id }) => transaction_id === settled))
      throw (await byRail(tx, posted)) ? retry('NotSettled') : refuse('UnknownTransfer');
    const amount = toMinor(amountMinor);
    if (debit.currency !== currency || -BigInt(debit.amount_minor) !== amount) throw refuse('AmountDiffers');
    if (BigInt(accounts.find(({ id }) => id === debit.account_id)!.room) < amount) throw refuse('AboveMaximum');
    const at = now();
    await reverse(tx, settled, at);
    return { transactionId: await reverse(tx, posted, at) };
  },

  storeReturnAdvice: objectOnce(s3, (advice: InputOf<typeof contract.storeReturnAdvice>) => ({
    bucket,
    path: `advices/returns/${advice.returnId}.json`,
    body: advice,
  })),
});

/** Whether what was posted waits in a clearing account. */
async function byRail(tx: Tx, posted: string): Promise<boolean> {
  const found = await tx.query(
    `select from ledger.entries e join ledger.rails r on r.clearing_account = e.account_id where e.transaction_id = $1`,
    [posted],
  );
  return found.length > 0;
}

const STATUS = { ACSP: 'pending', ACSC: 'settled', RJCT: 'rejected' } as const;

interface Entry {
  transaction_id: string;
  account_id: string;
  currency: string;
  amount_minor: string;
}
