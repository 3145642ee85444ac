import { holds, runs, seed } from './check.ts';
import { simpler, stories, tell, type Command } from './dataset/tell.ts';

describe('the versions of a dataset are what the laws say:', function () {
  this.timeout(60_000 + runs(1_500) * 20);

  it(`dataset (${runs(1_500)} stories, seed ${seed})`, () =>
    holds<Command>({
      title: 'dataset',
      file: 'test/model/dataset.test.ts',
      stories,
      tell,
      simpler,
      runs: runs(1_500),
      lanes: 1,
    }));
});
