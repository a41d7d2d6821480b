import type { NativeConnection, WorkerDeploymentOptions } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { Deployment } from '../config/settings';
import { present } from '../domain/optional';

/**
 * Temporal's worker versioning. Runs go on with the current version, whichever they began with: they wait for people and for
 * the vendor for days, and for so long a pinned run would want workers of its own version. That a newer build goes on with them is
 * held by replays.
 */
export function versioningOf({ name, buildId }: Deployment): WorkerDeploymentOptions {
  return {
    useWorkerVersioning: true,
    version: { deploymentName: name, buildId },
    defaultVersioningBehavior: 'AUTO_UPGRADE',
  };
}

/** Warns where this build gets no work yet: that is up to an operator, and without it nothing goes on. */
export async function warnUnlessCurrent(
  connection: NativeConnection,
  namespace: string,
  deployment: Deployment,
  log: Logger,
): Promise<void> {
  const { name: deploymentName, buildId } = deployment;
  const { current, ramping } = await routingOf(connection, namespace, deploymentName);
  if (current === buildId || ramping === buildId) return;
  log.warn(
    { deployment: deploymentName, buildId, ...(current !== undefined && { current }) },
    `This build gets no work until it is the current version of its deployment: temporal worker deployment set-current-version --deployment-name ${deploymentName} --build-id ${buildId}`,
  );
}

interface Routing {
  current?: string;
  ramping?: string;
}

/** The build ids that get work; none of a deployment that Temporal does not know yet, or does not tell of. */
async function routingOf(
  connection: NativeConnection,
  namespace: string,
  deploymentName: string,
): Promise<Routing> {
  try {
    const { workerDeploymentInfo } = await connection.workflowService.describeWorkerDeployment({
      ...{ namespace, deploymentName },
    });
    const { currentDeploymentVersion, rampingDeploymentVersion } = workerDeploymentInfo?.routingConfig ?? {};
    return present({
      current: currentDeploymentVersion?.buildId ?? undefined,
      ramping: rampingDeploymentVersion?.buildId ?? undefined,
    });
  } catch {
    return {};
  }
}
