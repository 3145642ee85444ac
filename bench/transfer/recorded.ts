import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { PutObjectCommand, S3Client, type PutObjectCommandInput } from '@aws-sdk/client-s3';
import { Client as Connection, Pool, type PoolClient } from 'pg';

/** What one activity sent, in its order. */
export type Sent =
  | { readonly sql: string; readonly values: readonly Value[] }
  | { readonly put: { readonly [field in keyof PutObjectCommandInput]: Value } };
type Value = string | number | boolean | null | readonly string[] | { readonly [name: string]: string };

/** By activity. */
export type Recording = Record<string, Sent[]>;

/** Hears everything that the activities of this process send to Postgres and S3 from now on. */
export function record(into: Recording): void {
  const note = (sent: Sent): void => {
    let name: string;
    try {
      name = Context.current().info.activityType;
    } catch {
      return; // no activity: the sweeper, a check of health
    }
    (into[name] ??= []).push(sent);
  };
  type Query = (this: Connection, ...sent: unknown[]) => unknown;
  const query = Reflect.get(Connection.prototype, 'query') as Query;
  (Connection.prototype as { query: Query }).query = function (...sent) {
    const [sql, values] = sent;
    if (typeof sql === 'string') note({ sql, values: plain(Array.isArray(values) ? values : []) as Value[] });
    return query.apply(this, sent);
  };
  type Send = (this: S3Client, command: unknown, ...more: unknown[]) => unknown;
  const send = Reflect.get(S3Client.prototype, 'send') as Send;
  (S3Client.prototype as { send: Send }).send = function (command, ...more) {
    if (command instanceof PutObjectCommand) note({ put: plain(command.input) as never });
    return send.call(this, command, ...more);
  };
}

/** As it crosses to another process: a date is its text. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

/** A text with names in it, cut where they stand, so that others can be put there quickly. */
function template(text: string, names: readonly string[]): (put: readonly string[]) => string {
  const at = (part: string): number => names.indexOf(part);
  const parts = text.split(new RegExp(`(${names.join('|')})`));
  if (parts.length === 1) return () => text;
  const places = parts.map(at);
  return (put) => parts.map((part, i) => (places[i]! < 0 ? part : put[places[i]!]!)).join('');
}

function templateOf(value: Value, names: readonly string[]): (put: readonly string[]) => Value {
  if (typeof value === 'string') return template(value, names);
  if (Array.isArray(value)) {
    const each = (value as string[]).map((text) => template(text, names));
    return (put) => each.map((of) => of(put));
  }
  return () => value;
}

/** Sends what was recorded, with other names: the same statements in the same transactions, the same object. */
export function replayOf(
  recorded: readonly Sent[],
  names: readonly string[],
  to: { pool: Pool; s3: S3Client },
): (put: readonly string[]) => Promise<void> {
  const steps = recorded.map((sent) => {
    if ('sql' in sent) {
      const [sql, values] = [template(sent.sql, names), sent.values.map((value) => templateOf(value, names))];
      return { begins: /^begin\b/.test(sent.sql), ends: sent.sql === 'commit', run: (by: Pool | PoolClient, put: readonly string[]) => by.query(sql(put), values.map((value) => value(put))) }; // prettier-ignore
    }
    const { Bucket, Key, Body, ContentType, IfNoneMatch } = sent.put;
    const [key, body] = [template(Key as string, names), template(Body as string, names)];
    const run = (_by: unknown, put: readonly string[]): Promise<unknown> => {
      const text = body(put);
      const sha256 = createHash('sha256').update(text).digest('base64');
      return to.s3.send(
        new PutObjectCommand({
          Bucket: Bucket as string,
          Key: key(put),
          Body: text,
          ContentType: ContentType as string,
          ChecksumSHA256: sha256,
          IfNoneMatch: IfNoneMatch as string,
          Metadata: { sha256 },
        }),
      );
    };
    return { begins: false, ends: false, run };
  });
  return async (put) => {
    let held: PoolClient | undefined;
    try {
      for (const { begins, ends, run } of steps) {
        if (begins) held = await to.pool.connect();
        await run(held ?? to.pool, put);
        if (!ends) continue;
        held?.release();
        held = undefined;
      }
    } finally {
      held?.release(true);
    }
  };
}
