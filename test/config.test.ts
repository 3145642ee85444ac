import assert from 'node:assert/strict';
import { ConfigError, readConfig } from '../src/config.ts';

describe('the configuration', () => {
  it('suits the local stack when nothing is set', () => {
    const config = readConfig({});
    assert.deepEqual([config.TEMPORAL_ADDRESS, config.EVENKEEL_PIPELINES], ['127.0.0.1:7233', undefined]);
  });

  it('takes an empty variable as absent', () => {
    assert.equal(readConfig({ AWS_ENDPOINT_URL: '' }).AWS_ENDPOINT_URL, undefined);
  });

  it('names a variable that is wrong, never its value', () => {
    assert.throws(
      () => readConfig({ EVENKEEL_HEALTH_PORT: 'secret-70000' }),
      (error) =>
        error instanceof ConfigError &&
        error.message.startsWith('EVENKEEL_HEALTH_PORT: ') &&
        !error.message.includes('secret'),
    );
  });
});
