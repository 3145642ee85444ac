import { bind, type ActivityFunction, type Binding, type StepLine } from '../../../src/kit/effects/bind.ts';
import { Database, type Tx } from '../../../src/kit/effects/database.ts';
import { sha256 } from '../../../src/kit/effects/fingerprint.ts';
import { PostgresStore } from '../../../src/kit/effects/postgres.ts';
import { bindRun } from '../../../src/kit/effects/run.ts';
import type { Observe } from '../../../src/kit/effects/store.ts';
import { s3Of } from '../../support/s3.ts';
import { atProvider, byDraft, inDatasets, inPostgres, inS3 } from './bodies.ts';
import * as contract from './contracts.ts';

/** Every kind of store that outlives a process. */
export type Kind = 'postgres' | 'keyed' | 'probeable' | 'neither' | 'object' | 'dataset';

/** Where everything is; plain data, so that a child process can be told. */
export interface Site {
  readonly database: string;
  readonly provider: string;
  readonly env: Record<string, string>;
  /** The folder of this suite's objects: a bucket that was given has those of earlier runs. */
  readonly folder: string;
}

export interface Opened {
  readonly bound: Record<string, ActivityFunction>;
  readonly database: Database;
  readonly binding: Binding<Tx>;
}

export interface OpenOptions {
  readonly observe?: Observe;
  readonly clock?: () => Date;
  readonly log?: (line: StepLine) => void;
  readonly database?: Database;
}

/** The activities of one kind of store, as a worker would bind them, with the kit's own. */
export function open(kind: Kind, site: Site, options: OpenOptions = {}): Opened {
  const { observe = () => undefined, clock = () => new Date(), log = () => undefined } = options;
  const database = options.database ?? new Database(site.database);
  const store = new PostgresStore(database, observe);
  const binding: Binding<Tx> = { pipeline: 'bookings', store, fingerprint: sha256, clock, observe, log };
  const contracts = { postgres: contract.local, ...contract }[kind];
  const own = {
    postgres: () => bind(contract.local, inPostgres, binding),
    keyed: () => bind(contract.keyed, atProvider(site.provider, true), binding),
    probeable: () => bind(contract.probeable, byDraft(site.provider), binding),
    neither: () => bind(contract.neither, atProvider(site.provider, false), binding),
    object: () => bind(contract.object, inS3(s3Of(site.env), site.env['EVENKEEL_S3_BUCKET']!, site.folder), binding),
    dataset: () =>
      bind(
        contract.dataset,
        inDatasets(s3Of(site.env), site.env['EVENKEEL_S3_BUCKET']!, (booking) => `${site.folder}/${booking}`),
        binding,
      ),
  }[kind]();
  const decide = bindRun(Object.values(contracts), binding);
  return { bound: { ...own, ...decide }, database, binding };
}
