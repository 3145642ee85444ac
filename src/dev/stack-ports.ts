import { givenTo } from './keeper.ts';
import type { PartKind } from './part.ts';
import { PREFERRED, takePort } from './ports.ts';
import type { PortName, Ports } from './ports.ts';
import type { Secrets } from './secrets.ts';
import { runs } from './state.ts';
import type { State } from './state.ts';

/** A part that was just killed may hold its port for a moment, through children or a shutdown that is under way. */
const LEAVES_WITHIN_MS = 5_000;

/** The ports of all parts: as remembered, else as preferred, else free ones; written into the state. */
export async function choosePorts(
  kinds: readonly PartKind[],
  state: State,
  prefer: boolean,
  env: NodeJS.ProcessEnv,
  secrets: Secrets,
  onProgress: (line: string) => void,
): Promise<Ports> {
  const known = (name: PortName) => state.ports[name] ?? (prefer ? PREFERRED[name] : undefined);
  const ports: Ports = { ...PREFERRED, ...state.ports };
  const needed = kinds.filter(
    (kind) => !runs(state.parts[kind.name]) && givenTo(kind, env, kind.env({ ports, secrets })) === undefined,
  );
  const fixed = kinds.filter((kind) => !needed.includes(kind)).flatMap((kind) => kind.ports);
  const taken = new Set(fixed.flatMap((name) => state.ports[name] ?? []));
  for (const kind of needed) {
    for (const name of kind.ports) {
      const wanted = known(name);
      const port = await takePort(wanted, taken, state.parts[kind.name]?.running ? LEAVES_WITHIN_MS : 0);
      if (wanted !== undefined && port !== wanted)
        onProgress(`${kind.name}: port ${wanted} is busy, ${port} taken instead`);
      taken.add(port);
      ports[name] = port;
      state.ports[name] = port;
    }
  }
  return ports;
}
