import assert from 'node:assert/strict';
import { absent, filesOf } from '../../samples.ts';
import { explained, idle } from './explained.ts';

describe('what another converter makes of the same messages', () => {
  it(`differs from ours for a reason that is written down${absent}`, function () {
    if (absent !== '') this.skip();
    const all = explained();
    assert.deepEqual(
      all.filter(({ why }) => why === undefined).map(({ difference, line }) => `${difference.file}: ${line}`),
      [],
    );
    assert.equal(new Set(all.map(({ difference }) => difference.file)).size, filesOf('hl7v2-expected', '.json').length);
  });

  it(`differs for every reason that is written down${absent}`, function () {
    if (absent !== '') this.skip();
    assert.deepEqual(idle(), []);
  });
});
