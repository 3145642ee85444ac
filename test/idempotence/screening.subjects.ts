import { screeningActivities } from '../../src/activities/ledger/screening.ts';
import * as contracts from '../../src/contracts/screening.ts';
import { subjects } from '../../src/kit/testing/subjects.ts';
import { controls, outward } from './ledger.subjects.ts';

export default subjects(import.meta.url, {
  contracts,
  bodies: screeningActivities,
  activities: {
    screenTransfer: {
      input: (id) => outward(id),
      effects: controls('screening'),
      other: (input) => ({ ...input, amountMinor: '251' }),
    },
  },
});
