import { PipelinesApi } from '@hubspot/api-client/lib/codegen/crm/pipelines';
import { isJsonObject, textOf } from '../lossless';
import { unlessHidden } from '../deal-reader';
import { agreed, type WonIn } from '../won-run';
import { unreadable, type HubspotApi, type HubspotRecord } from './api';

const WHERE = 'pipelines/deals';

/** The stages of an account's pipelines. */
export class HubspotStages {
  /** @param named the won stages that deals.yaml names: they count where HubSpot does not know them any more */
  constructor(
    private readonly api: HubspotApi,
    private readonly named: readonly string[] = [],
  ) {}

  /** @throws CrmError CrmUnreachable, CrmRateLimited */
  async read(): Promise<WonIn> {
    const results = await unlessHidden(this.pipelines(), []);
    const known = results.flatMap(({ stages }) => {
      if (!Array.isArray(stages)) throw unreadable(WHERE, 'expected a list in `stages` of each pipeline');
      return stages.map(stageOf);
    });
    return (stage, leftAt) => {
      const verdicts = known
        .filter(({ id }) => id === stage)
        .map(({ isWon, changedAt }) => (changedAt > leftAt ? undefined : isWon));
      if (this.named.includes(stage)) verdicts.push(true);
      return agreed(verdicts);
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

function stageOf(stage: unknown) {
  const { id, metadata, updatedAt } = isJsonObject(stage) ? stage : {};
  const text = textOf(id);
  if (text === undefined) throw unreadable(WHERE, 'expected an id of each stage');
  const changedAt = Date.parse(textOf(updatedAt) ?? '');
  return { id: text, isWon: isWonBy(isJsonObject(metadata) ? metadata : {}), changedAt };
}

/** HubSpot's guide "Pipelines": a probability of 1.0 is closed won. A won stage that is said to be open is neither. */
function isWonBy({ probability, isClosed }: Record<string, unknown>): boolean | undefined {
  const chance = Number(textOf(probability));
  if (chance < 1) return false;
  return chance === 1 && String(isClosed) !== 'false' ? true : undefined;
}
