import type { Json } from '../contract/outcome.ts';

/** The other side said no and nothing happened. `type` is declared by the contract; `detail` is a code, never a value. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly type: string;
  readonly detail: string;
  constructor(type: string, detail = '') {
    super(detail === '' ? type : `${type}: ${detail}`);
    this.type = type;
    this.detail = detail;
  }
}

/** The same key with another payload: a bug of the caller, or two things that share an id. Names both fingerprints. */
export class Conflict extends Error {
  override readonly name = 'Conflict';
  readonly key: string;
  readonly recorded: string;
  readonly received: string;
  constructor(key: string, recorded: string, received: string) {
    super(`${key} is recorded with fingerprint ${recorded}, received with ${received}`);
    this.key = key;
    this.recorded = recorded;
    this.received = received;
  }
}

/** The key was undone; then it knows what had been applied. Or it was undone before it came. */
export class Burned extends Error {
  override readonly name = 'Burned';
  readonly key: string;
  readonly applied: Json | undefined;
  constructor(key: string, applied?: Json) {
    super(`${key} is burned: its undo has run`);
    this.key = key;
    this.applied = applied;
  }
}

/** The answer of an earlier attempt was lost and nothing can settle it: a person has to look. */
export class InDoubt extends Error {
  override readonly name = 'InDoubt';
  readonly key: string;
  constructor(key: string) {
    super(`${key} is in doubt: it may have happened`);
    this.key = key;
  }
}

/** Input, output or size is not what the contract says. The message has paths and codes, never values. */
export class ContractViolation extends Error {
  override readonly name = 'ContractViolation';
}

/** A declared error with fate `retry`: transient, or unknown what happened. */
export class Transient extends Error {
  override readonly name = 'Transient';
  readonly type: string;
  readonly detail: string;
  constructor(type: string, detail = '') {
    super(detail === '' ? type : `${type}: ${detail}`);
    this.type = type;
    this.detail = detail;
  }
}
