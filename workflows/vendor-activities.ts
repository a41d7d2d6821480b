import {
  proxyActivities,
  workflowInfo,
  type ActivityInterfaceFor,
  type ActivityOptions,
} from '@temporalio/workflow';
import { portalTaskQueueOf } from '../domain/task-queues';

/**
 * Activities that call the vendor: on a task queue of their own, which all workers together poll no faster than the vendor is to be
 * called. Which one goes by the task queue of the run, and by no setting: whoever runs the run polls both.
 */
export function vendorActivities<Activities>(options: ActivityOptions): ActivityInterfaceFor<Activities> {
  return new Proxy({} as ActivityInterfaceFor<Activities>, {
    get: (_, name) => {
      // These are made before there is a run, and the task queue is known in one only.
      return (...args: unknown[]) => {
        const taskQueue = portalTaskQueueOf(workflowInfo().taskQueue);
        return proxyActivities({ ...options, taskQueue })[String(name)]!(...args);
      };
    },
  });
}
