import { callJson } from './call-json';
import { spawnProcess, type RunningProcess } from './processes';

export interface DeliveryForTests {
  id: string;
  state: 'under-way' | 'delivered' | 'given-up';
  attempts: { at: number; tookMs: number; status?: number }[];
}

/** The fake CRMs in a process of their own, and the switches on their backs. */
export class FakeCrms {
  private constructor(
    readonly url: string,
    private readonly process: RunningProcess,
  ) {}

  static async start(): Promise<FakeCrms> {
    const process = spawnProcess('dev/fake-crms/main.js', { FAKE_CRMS_PORT: '0' });
    const [, url] = await process.saw(/fake CRMs listening on (http:\/\/\S+)/);
    return new FakeCrms(url!, process);
  }

  async stop(): Promise<void> {
    await this.process.stop();
  }

  /** Puts a record in the CRM's own shape. */
  put(crm: string, kind: string, id: string | number, record: object): Promise<unknown> {
    return this.call('PUT', crm, `records/${kind}/${id}`, record);
  }

  remove(crm: string, kind: string, id: string | number): Promise<unknown> {
    return this.call('DELETE', crm, `records/${kind}/${id}`);
  }

  fault(crm: string, fault: object): Promise<unknown> {
    return this.call('POST', crm, 'faults', fault);
  }

  clearFaults(crm: string): Promise<unknown> {
    return this.call('DELETE', crm, 'faults');
  }

  deliver(crm: string, delivery: object): Promise<DeliveryForTests> {
    return this.call('POST', crm, 'deliveries', delivery) as Promise<DeliveryForTests>;
  }

  deliveries(crm: string): Promise<DeliveryForTests[]> {
    return this.call('GET', crm, 'deliveries') as Promise<DeliveryForTests[]>;
  }

  private call(method: string, crm: string, path: string, body?: object): Promise<unknown> {
    return callJson(method, `${this.url}/_control/${crm}/${path}`, body);
  }
}
