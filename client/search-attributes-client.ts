import { isGrpcServiceError, type Client, type Connection } from '@temporalio/client';
import {
  KEYWORD,
  registrationOf,
  SEARCH_ATTRIBUTES,
  SEARCH_FACTS,
  type RegisteredAttributes,
} from '../domain/search-attributes';
import { ClientError } from './client-error';
import { asUnreachable } from './unreachable';
import { temporalOf, type ClientParts } from './client-parts';

/** A search attribute of ours, and whether the namespace has it. */
export interface SearchAttributeReport {
  name: string;
  type: 'Keyword';
  /** `other-type`: there is one of that name that is no Keyword; it is not used. */
  state: 'registered' | 'missing' | 'other-type';
}

export interface SetupReport {
  namespace: string;
  searchAttributes: SearchAttributeReport[];
}

/** gRPC's codes of a server that does not let us, or has no operator service, as Temporal Cloud. */
const REFUSED = new Map([
  [7, 'PERMISSION_DENIED'],
  [12, 'UNIMPLEMENTED'],
  [16, 'UNAUTHENTICATED'],
]);

const GRPC_ALREADY_EXISTS = 6;

const PATIENCE_MS = 10_000;

/** Our search attributes in a namespace of Temporal. */
export class SearchAttributesClient {
  constructor(private readonly parts: ClientParts) {}

  /** @throws ClientError SearchAttributesRefused, TemporalUnreachable */
  async look(): Promise<SetupReport> {
    const registered = await this.registered();
    return {
      namespace: this.namespace,
      searchAttributes: SEARCH_FACTS.map((fact) => ({
        name: SEARCH_ATTRIBUTES[fact],
        type: 'Keyword',
        state: registrationOf(fact, registered),
      })),
    };
  }

  /**
   * Registers those that are missing; safe to do again, and by several at once.
   *
   * @throws ClientError SearchAttributesRefused, TemporalUnreachable
   */
  async register(): Promise<SetupReport> {
    const before = await this.look();
    const missing = before.searchAttributes.filter(({ state }) => state === 'missing');
    if (missing.length === 0) return before;
    await this.asked(async (service) => {
      const searchAttributes = Object.fromEntries(missing.map(({ name }) => [name, KEYWORD]));
      try {
        await service.addSearchAttributes({ namespace: this.namespace, searchAttributes });
      } catch (error) {
        if (codeOf(error) !== GRPC_ALREADY_EXISTS) throw error;
      }
    });
    return this.look();
  }

  private get namespace(): string {
    return temporalOf(this.parts).options.namespace;
  }

  private registered(): Promise<RegisteredAttributes> {
    return this.asked(async (service) => {
      const { customAttributes } = await service.listSearchAttributes({ namespace: this.namespace });
      return customAttributes ?? {};
    });
  }

  private async asked<Answer>(
    ask: (service: Connection['operatorService']) => Promise<Answer>,
  ): Promise<Answer> {
    const temporal = temporalOf(this.parts);
    try {
      return await temporal.withDeadline(Date.now() + PATIENCE_MS, () => ask(operatorServiceOf(temporal)));
    } catch (error) {
      const refusal = REFUSED.get(codeOf(error) ?? 0);
      throw refusal === undefined ? asUnreachable(error) : refused(refusal, this.namespace);
    }
  }
}

/** The type of a client's connection does not tell of it; every connection has one. */
function operatorServiceOf({ connection }: Client): Connection['operatorService'] {
  return (connection as Connection).operatorService;
}

function codeOf(error: unknown): number | undefined {
  return isGrpcServiceError(error) ? Number(error.code) : undefined;
}

function refused(code: string, namespace: string): ClientError {
  const options = SEARCH_FACTS.map((fact) => `--search-attribute "${SEARCH_ATTRIBUTES[fact]}=Keyword"`).join(
    ' ',
  );
  return new ClientError(
    'SearchAttributesRefused',
    `Temporal does not let you register search attributes in the namespace "${namespace}" (${code}). Nothing needs them. ` +
      `On Temporal Cloud: tcld namespace search-attributes add --namespace ${namespace} ${options}. On your own cluster, ` +
      'run wonce setup as somebody who may.',
  );
}
