import { PipelinesApi } from '@hubspot/api-client/lib/codegen/crm/pipelines';
import { isRecord, textOf } from '../lossless';
import { unlessHidden } from '../crm-account';
import { unreadable, type HubspotApi, type HubspotRecord } from './api';

const WHERE = 'pipelines/deals';

/** Whether a stage is a won one; undefined of one that is in no pipeline (any more), or of which two things are said. */
export type IsWonStage = (stage: string) => boolean | undefined;

/** The stages of an account's pipelines. */
export class HubspotStages {
  /** @param named the won stages that deals.yaml names: they count where HubSpot does not know them any more */
  constructor(
    private readonly api: HubspotApi,
    private readonly named: readonly string[] = [],
  ) {}

  /** @throws CrmError CrmUnreachable, CrmRateLimited */
  async read(): Promise<IsWonStage> {
    const results = await unlessHidden(this.pipelines(), []);
    const told = results.flatMap(({ stages }) => {
      if (!Array.isArray(stages)) throw unreadable(WHERE, 'expected a list in `stages` of each pipeline');
      return stages.map((stage: unknown) => [idOf(stage), isWon(stage)] as const);
    });
    return (stage) => {
      const verdicts = new Set(told.flatMap(([id, verdict]) => (id === stage ? [verdict] : [])));
      if (this.named.includes(stage)) verdicts.add(true);
      const [verdict] = verdicts;
      return verdicts.size === 1 ? verdict : undefined;
    };
  }

  private async pipelines(): Promise<HubspotRecord[]> {
    const { results } = await this.api.page(WHERE, (configuration) =>
      // The client's parts have the same configuration, each under a type of its own.
      new PipelinesApi(configuration as never).getAll('deals'),
    );
    return results;
  }
}

function idOf(stage: unknown): string {
  const id = isRecord(stage) ? textOf(stage.id) : undefined;
  if (id === undefined) throw unreadable(WHERE, 'expected an id of each stage');
  return id;
}

/** HubSpot's guide "Pipelines": a probability of 1.0 is closed won. A won stage that is said to be open is neither. */
function isWon(stage: unknown): boolean | undefined {
  const metadata = isRecord(stage) && isRecord(stage.metadata) ? stage.metadata : {};
  const probability = Number(textOf(metadata.probability));
  if (probability < 1) return false;
  return probability === 1 && String(metadata.isClosed) !== 'false' ? true : undefined;
}
