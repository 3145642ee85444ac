import type * as contract from '../../contracts/screening.ts';
import { hitsOf, type Listed } from '../../domain/screening/names.ts';
import type { Implementation } from '../../kit/effects/body.ts';
import type { Tx } from '../../kit/effects/database.ts';
import { recordControl } from './controls.ts';

/** Screening against the list in Postgres. A list that was loaded never changes, so it is read once a version. */
export function screeningActivities(): Implementation<typeof contract, Tx> {
  let cached: { version: number; list: readonly Listed[] } = { version: 0, list: [] };
  return {
    async screenTransfer({ transferId, beneficiary }, { tx, now }) {
      const [newest] = await tx.query<{ version: number }>(
        'select max(version) as version from ledger.screening_lists',
      );
      const version = newest?.version ?? 0;
      if (version !== cached.version)
        cached = {
          version,
          list: await tx.query<Listed>(
            'select entry_id as id, name from ledger.screening_entries where version = $1 order by entry_id, name',
            [version],
          ),
        };
      const found = { list: version, hits: beneficiary ? hitsOf(beneficiary.name, cached.list) : [] };
      await recordControl(tx, transferId, 'screening', found, now());
      return found;
    },
  };
}
