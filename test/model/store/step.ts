import { ask, voidDraft } from './far.ts';
import {
  answerOf,
  arrive,
  burn,
  gone,
  keyOf,
  put,
  raise,
  release,
  undoOf,
  type At,
  type Attempt,
  type Row,
  type World,
} from './world.ts';

/** One step of one attempt. */
export function step(w: World, a: Attempt): void {
  const go = (at: At): void => arrive(w, a, at);
  const answer = (text: string): void => {
    release(w, a);
    a.answer = text;
    go('answered');
  };
  const row = w.rows[a.key];
  /** There is a row already: another payload's, a settled one, or one in doubt. */
  const meet = (found: Row): void => {
    if (found.seats !== null && found.seats !== a.seats) return answer('KeyConflict');
    if (found.state !== 'intended') return answer(answerOf(found));
    Object.assign(a, { request: found.request, sends: found.sends });
    return go('learn');
  };
  const becomes = (outcome: string, refused: boolean, at: At): void => {
    Object.assign(a, { outcome, refused });
    go(at);
  };
  const ordered = a.settling === 'forward' ? 'book' : a.what;
  const yes = (at: At): void => becomes(ordered === 'book' ? `${row?.seats ?? a.seats} seats` : 'undone', false, at);
  const no = (at: At): void => becomes(ordered === 'book' ? 'TooMany' : 'TooLate', true, at);
  const mine = { seats: a.seats, hour: a.hour };
  const local = w.mode === 'local';
  const probeable = w.mode === 'probeable';

  switch (a.at) {
    case 'received':
      return go(a.what === 'cancel' ? 'look' : local ? 'arrive' : 'find');

    // A remote effect: what is there, else a request, which is recorded before it is sent.
    case 'find': {
      a.prepared = a.key = keyOf(w, a.booking);
      const found = w.rows[a.key];
      return found ? meet(found) : go('prepares');
    }
    case 'prepares':
      a.request = `${a.id}.${++a.requests}`;
      if (probeable) w.far.drafts[a.request] = 'draft';
      return go('prepared');
    case 'prepared':
      return go('arrive');
    case 'arrive': // the generation is read before the lock is waited for
      a.forward = keyOf(w, a.booking);
      if (a.what === 'book') a.key = a.forward;
      return go(a.what === 'book' ? 'claim' : 'undo');
    case 'claim':
      if (row) return meet(row);
      if (local) {
        w.locks[a.booking] = a.id;
        a.hour = w.hour;
        return go('claimed');
      }
      if (a.prepared !== a.key) return go('find'); // made for a generation that is no more
      put(w, a.key, { seats: a.seats, request: a.request, sends: 1 });
      return go('intended');

    // In the transaction.
    case 'claimed': {
      const forward = w.rows[a.forward];
      if (a.what === 'cancel') {
        if (forward?.state !== 'applied') return becomes('nothing to undo', false, 'settled');
        if (!local) {
          release(w, a);
          if (a.prepared !== a.key) return go('look');
          put(w, a.key, { ...mine, request: a.request, sends: 1 });
          return go('intended');
        }
      }
      if (a.says === 'busy') return answer('Busy');
      if (a.says === 'breaks') return answer('Unexpected');
      return a.says === 'yes' ? yes('worked') : no('worked');
    }
    case 'worked':
      return go('settled');
    case 'settled':
      if (row?.state === 'intended') {
        if (a.outcome === 'undone') burn(w, a.forward);
        put(w, a.key, { outcome: a.outcome, state: stateOf(a) }, stateOf(a));
      } else if (!row) {
        if (local && !a.refused && a.outcome !== 'nothing to undo') w.far.done.push(`${a.what} ${a.key}`);
        if (a.what === 'cancel' && !w.rows[a.forward]) burn(w, a.forward, mine);
        else if (a.outcome === 'undone') burn(w, a.forward);
        put(w, a.key, { ...mine, outcome: a.outcome, state: stateOf(a) }, stateOf(a));
      }
      a.answer = answerOf(w.rows[a.key]!);
      release(w, a);
      return go('committed');
    case 'committed':
      if (a.settling === 'own') return answer(a.answer!);
      a.settling = 'own';
      return go('look');

    // An undo: what there is to undo, then its own key, in one transaction.
    case 'look':
      a.forward = keyOf(w, a.booking);
      a.prepared = keyOf(w, undoOf(a.forward));
      a.refused = false;
      return go(!local && w.rows[a.forward]?.state === 'applied' ? 'prepares' : 'arrive');
    case 'undo': {
      const forward = w.rows[a.forward];
      if (forward && forward.seats !== null && forward.seats !== a.seats) return answer('KeyConflict');
      if (forward?.state === 'intended') return go('doubt');
      a.key = keyOf(w, undoOf(a.forward));
      const own = w.rows[a.key];
      if (own) return meet(own);
      w.locks[a.booking] = a.id;
      a.hour = w.hour;
      return go('claimed');
    }
    case 'doubt': {
      a.key = keyOf(w, a.booking);
      const forward = w.rows[a.key];
      if (forward?.state !== 'intended') return go('look');
      Object.assign(a, { settling: 'forward', request: forward.request, sends: forward.sends });
      return go(probeable ? 'fences' : 'learn');
    }

    // In doubt: what is known of it, else it is sent again.
    case 'learn':
      if (probeable) return go('looks');
      // The provider remembers a booking for a day, an undo for ever.
      if (a.sends > 0 && (w.mode === 'neither' || (ordered === 'book' && w.hour - row!.hour > 24)))
        return answer('InDoubt');
      return go('resend');
    case 'looks':
      a.outcome = w.far.drafts[a.request!]!;
      return go('looked');
    case 'looked':
      if (a.outcome === 'committed') return yes('settle');
      if (a.refused) return no('settle');
      if (a.settling === 'forward') return go('burn');
      return go(a.outcome === 'void' ? 'renew' : 'resend');
    case 'fences':
      voidDraft(w.far, a.request!);
      return go('fenced');
    case 'fenced':
      return go('looks');
    case 'burn':
      if (row!.state === 'intended') burn(w, a.key);
      a.settling = 'own';
      return go('look');
    case 'renew':
      if (row!.state === 'intended') {
        burn(w, a.key);
        raise(w, a.key);
      }
      return answer('Lapsed');
    case 'resend':
      if (row!.state !== 'intended' || row!.sends !== a.sends) return answer('Overtaken');
      put(w, a.key, { sends: a.sends + 1 });
      return go('intended');

    case 'intended': {
      const order = { what: ordered, key: a.key, id: a.request! };
      if (a.line === 'request late') w.far.late.push({ from: a.id, order, says: a.says });
      if (a.line === 'request late' || a.line === 'request lost') return answer('Unexpected');
      const reply = ask(w.far, w.mode, order, a.says);
      if (a.line === 'answer lost' || reply === 'breaks' || reply === 'void') return answer('Unexpected');
      if (reply === 'busy' || reply === 'committed') return answer('Busy');
      return reply === 'yes' ? yes('sent') : no(probeable ? 'fences' : 'settle');
    }
    case 'sent':
      return go('settle');
    case 'settle':
      if (a.what === 'cancel' && a.settling === 'own') {
        w.locks[a.booking] = a.id;
        return go('settled');
      }
      if (row!.state === 'intended') put(w, a.key, { outcome: a.outcome, state: stateOf(a) }, stateOf(a));
      a.answer = answerOf(w.rows[a.key]!);
      if (a.settling === 'own' || !probeable) return go('committed');
      a.settling = 'own'; // looked up, not sent
      return go('look');
    case 'answered':
      return gone(w, a);
    case 'gone':
  }
}
const stateOf = ({ refused }: Attempt): 'applied' | 'refused' => (refused ? 'refused' : 'applied');
