import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { temporal as proto } from '@temporalio/proto';
import { plainTarget } from '../../config/temporal-connection';

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];
type HistoryQuestion = proto.api.workflowservice.v1.GetWorkflowExecutionHistoryRequest;

const { GetWorkflowExecutionHistoryRequest } = proto.api.workflowservice.v1;

/** A client of a real Temporal that counts what it calls it for. */
export class CountedCalls {
  readonly temporal: Client;
  /** Names of the calls, oldest first, such as `QueryWorkflow`. */
  readonly names: string[] = [];
  /** What was asked for of histories. */
  readonly histories: HistoryQuestion[] = [];

  constructor(address: string) {
    const { connection } = plainTarget(address, 'default');
    this.temporal = new Client({
      connection: Connection.lazy({ ...connection, interceptors: [this.count] }),
    });
  }

  of(name: string): number {
    return this.names.filter((called) => called === name).length;
  }

  private readonly count: Interceptor = (options, nextCall) => {
    const name = options.method_definition.path.split('/').at(-1)!;
    this.names.push(name);
    const call = nextCall(options);
    const send = call.sendMessage.bind(call);
    call.sendMessage = (message: Uint8Array) => {
      if (name === 'GetWorkflowExecutionHistory') {
        this.histories.push(GetWorkflowExecutionHistoryRequest.decode(message));
      }
      send(message);
    };
    return call as ReturnType<Interceptor>;
  };
}
