import { Client, Connection } from '@temporalio/client';
import { rm } from 'node:fs/promises';
import { environmentWith, type Stack } from '../../cli/running-stack';
import { temporalTarget } from '../../config/temporal-connection';
import { PURCHASE_WORKFLOW, purchaseWorkflowIdOf } from '../../domain/workflow-ids';
import { postgresFolder } from '../cluster/postgres-server';
import { bringUpOnCluster } from '../cluster/wonce-on-cluster';
import { FakePortalControl } from '../fake-portal/control-client';
import { rememberedProcesses, type KnownProcess } from '../stack/left-overs';
import { bringUp, type Narrator } from '../stack/stack';
import { Supervisor } from '../stack/supervisor';
import { processorMsOf } from './processes';
import { benchRequest } from './request';

type Environment = Readonly<Record<string, string | undefined>>;

/** A whole Wonce at the fakes, in processes of its own, and how it is driven. */
export class BenchStack {
  private readonly supervisor: Supervisor;
  private temporalClient: Client | undefined;
  private stack: Stack | undefined;

  constructor(
    private readonly folder: string,
    private readonly env: Environment,
    private readonly progress: (line: string) => void,
  ) {
    this.supervisor = new Supervisor(folder, progress);
  }

  /** @throws PartFailed, TemporalNotFound */
  async bringUp(isCluster: boolean, copies = 1): Promise<void> {
    const { env, folder, supervisor } = this;
    const narrator: Narrator = {
      tell: (_what, work) => work(),
      note: (line) => this.progress(`  ${line}`),
    };
    this.stack = isCluster
      ? (await bringUpOnCluster(env, folder, supervisor, narrator)).stack
      : await bringUp(env, folder, supervisor, narrator, copies);
    const { connection, namespace, dataConverter } = temporalTarget(environmentWith(this.stack, env));
    this.temporalClient = new Client({
      connection: await Connection.connect(connection),
      namespace,
      dataConverter,
    });
  }

  get at(): Stack {
    if (this.stack === undefined) throw new Error('The stack is not up.');
    return this.stack;
  }

  get temporal(): Client {
    if (this.temporalClient === undefined) throw new Error('The stack is not up.');
    return this.temporalClient;
  }

  get portal(): FakePortalControl {
    return new FakePortalControl(this.at.portalUrl);
  }

  /** Of a command that asks this stack. */
  get commandEnv(): Environment {
    return { ...this.env, WONCE_DATA_DIR: this.folder };
  }

  /** Starts the tutorial's purchase, and waits until it has ended. @returns its request id */
  async buy(): Promise<string> {
    const request = benchRequest();
    await this.temporal.workflow.execute(PURCHASE_WORKFLOW, {
      workflowId: purchaseWorkflowIdOf(request.requestId),
      taskQueue: this.at.taskQueue,
      args: [request],
    });
    return request.requestId;
  }

  /** Its processes. The copies of one have a number behind its name: `worker`, `worker-2`. */
  processes(): Promise<KnownProcess[]> {
    return rememberedProcesses(this.folder);
  }

  /** The process number of one of them. */
  async processOf(wanted: string): Promise<number> {
    return (await this.processes()).find(({ name }) => name === wanted)!.pid;
  }

  /** Processor time so far by process, in ms; of copies, and of Temporal's services on a cluster, together. */
  async processorMs(): Promise<Map<string, number>> {
    const byName = new Map<string, number>();
    for (const { name, pid } of await this.processes()) {
      const kind = name.startsWith('temporal') ? 'Temporal' : name.replace(/-\d+$/, '');
      byName.set(kind, (byName.get(kind) ?? 0) + processorMsOf(pid));
    }
    return byName;
  }

  /**
   * The client's connection is left to the end of the process: on a closed one, a call that is under way when the bench is interrupted
   * would be tried again, and throw where nobody hears it (SDK 1.24), in the middle of clearing up.
   */
  async stop(): Promise<void> {
    await this.supervisor.stopAll();
    await rm(postgresFolder(this.folder), { recursive: true, force: true });
  }
}
