import type { LastHeard, TellingSource } from '../../client/overview-client';
import type { WonceClient } from '../../client/wonce-client';
import { inUnits } from '../../domain/length-of-time';

/** How something stands that Wonce stands on. */
export interface Standing {
  name: string;
  word: string;
  /** Undefined where nobody can tell yet. */
  isWell: boolean | undefined;
  /** When it was last known to be well. */
  wellAt?: Date;
  /** While it is not well: what has to wait, and what still works. */
  meanwhile: string;
}

/** Older is asked anew, in the background, in ms: no page waits for it. */
const OLD_MS = 10_000;

/** So many times in a row a CRM may be asked too late before somebody is told; and a little more, in ms. */
const MISSED_SWEEPS = 3;
const SWEEP_TAKES_MS = 60_000;

/** Whether everything is all right, for the foot of each page. */
export class Health {
  private standings: Standing[] = [];
  private askedAt = 0;
  private heard: LastHeard = { sources: new Map() };
  private readonly wellAt = new Map<string, Date>();

  /** @param sources of which won deals come */
  constructor(
    private readonly client: WonceClient,
    private readonly sources: readonly TellingSource[],
  ) {}

  /** As it was known a moment ago; nothing before the first answer. */
  now(): readonly Standing[] {
    if (Date.now() - this.askedAt > OLD_MS) {
      this.askedAt = Date.now();
      void this.ask();
    }
    return this.standings;
  }

  /** Never rejects: what does not answer is the answer. */
  private async ask(): Promise<void> {
    const { client, sources } = this;
    const [{ temporal, ledger }, workers, isVendorAway, heard] = await Promise.all([
      client.footing(),
      client.workers(),
      client.isVendorAway().catch(() => false),
      client.overview.lastHeard(sources).catch(() => this.heard),
    ]);
    this.heard = heard;
    this.standings = [
      this.answering(
        'Temporal',
        temporal === 'answers',
        'What is shown can be read. New orders and decisions have to wait.',
      ),
      this.ofWorkers(workers, temporal === 'answers'),
      this.answering('Ledger', ledger !== 'away', 'Nothing is ordered without it, and pages may be missing.'),
      vendorStanding(heard, isVendorAway),
      ...sources.map((source) => sourceStanding(source, heard.sources.get(source.name))),
    ];
  }

  private ofWorkers(workers: number | undefined, temporal: boolean): Standing {
    const hasWorkers = workers !== undefined && workers > 0;
    const count = workers === 1 ? '1 runs' : `${workers} run`;
    const word = hasWorkers ? count : temporal ? 'none runs' : 'not known';
    const meanwhile = 'Everything can be read; orders and decisions go on when one runs.';
    return this.seen('Workers', { word, isWell: hasWorkers, meanwhile });
  }

  private answering(name: string, isWell: boolean, meanwhile: string): Standing {
    return this.seen(name, { word: isWell ? 'answers' : 'does not answer', isWell, meanwhile });
  }

  /** Of what is asked here, when it was last well is remembered here. */
  private seen(name: string, standing: Pick<Standing, 'word' | 'isWell' | 'meanwhile'>): Standing {
    if (standing.isWell === true) this.wellAt.set(name, new Date());
    return { name, ...standing, ...at(this.wellAt.get(name)) };
  }
}

/** What is wrong now, as one text: another one is worth showing at once. */
export function troubleIn(standings: readonly Standing[]): string {
  return troubles(standings)
    .map(({ name, word }) => `${name} ${word}`)
    .join();
}

/** What is not well. */
export function troubles(standings: readonly Standing[]): Standing[] {
  return standings.filter(({ isWell }) => isWell === false);
}

/** By what the ledger has of the vendor's answers, and by what those meet with who ask him now. */
function vendorStanding({ vendor }: LastHeard, isAway: boolean): Standing {
  return {
    name: 'Vendor',
    word: isAway ? 'does not answer' : vendor === undefined ? 'not asked yet' : 'answered',
    isWell: isAway ? false : vendor === undefined ? undefined : true,
    ...at(vendor),
    meanwhile: 'Orders wait, and are tried again by themselves; everything else can be read and decided.',
  };
}

/** A CRM that is asked for won deals is well when it was, not long ago; a sender that is not asked may be silent for long. */
function sourceStanding({ name, sweep }: TellingSource, heardAt: Date | undefined): Standing {
  const meanwhile =
    'Won deals of which no message comes are found when it can be read again; everything else goes on.';
  if (sweep === undefined) {
    const isWell = heardAt === undefined ? undefined : true;
    return {
      name,
      word: isWell ? 'told of a deal' : 'told of no deal yet',
      isWell,
      ...at(heardAt),
      meanwhile,
    };
  }
  if (heardAt === undefined) return { name, word: 'not read yet', isWell: undefined, meanwhile };
  const late = Date.now() - heardAt.getTime();
  const isWell = late < MISSED_SWEEPS * sweep.everyMs + SWEEP_TAKES_MS;
  const word = isWell ? 'read' : `not read for ${inUnits(late, 1)}`;
  return { name, word, isWell, ...at(heardAt), meanwhile };
}

function at(wellAt: Date | undefined): Pick<Standing, 'wellAt'> {
  return wellAt === undefined ? {} : { wellAt };
}
