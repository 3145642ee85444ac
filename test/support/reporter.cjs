'use strict';
// Mocha's `spec` output, ended by the one line that scripts read: `N passed, N failed`.
const { reporters } = require('mocha');

module.exports = class extends reporters.Spec {
  // Called last of all: a file that cannot be loaded, or a stack that cannot be taken down, is no failed test, and counts.
  done(failed, end) {
    const { passes, failures, pending } = this.stats;
    const skipped = pending > 0 ? `, ${pending} skipped` : '';
    process.stdout.write(`\n${passes} passed, ${Math.max(failures, failed)} failed${skipped}\n`);
    end(failed);
  }
};
