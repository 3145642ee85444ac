import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { Terminal } from '../../src/cli/terminal.ts';

/** What a bar writes on standard error, and whether it says that it is drawn. */
function barOn(isTTY: boolean, json: boolean): { drawn: boolean; text: string } {
  const stderr = Object.assign(new PassThrough(), { isTTY });
  const terminal = new Terminal({ stdout: { write: () => assert.fail('a bar on standard output') }, stderr });
  terminal.json = json;
  const bar = terminal.bar(3, 'runs');
  bar.at(2, ', one late');
  bar.at(4);
  bar.stop();
  return { drawn: bar.drawn, text: String(stderr.read() ?? '') };
}

describe('a progress bar', () => {
  it('is drawn on a terminal, never beyond its end, and gives the cursor back', () => {
    const { drawn, text } = barOn(true, false);
    assert.equal(drawn, true);
    assert.match(text, / 3 of 3 runs, /);
    const [hide, show] = ['\u001B[?25l', '\u001B[?25h'];
    assert.ok(text.includes(hide) && text.lastIndexOf(show) > text.lastIndexOf(hide), JSON.stringify(text));
  });

  it('is silent in a pipe, and with --json', () => {
    for (const [isTTY, json] of [
      [false, false],
      [true, true],
      [false, true],
    ] as const)
      assert.deepEqual(barOn(isTTY, json), { drawn: false, text: '' });
  });
});
