import type { CrmRecord, Records } from './records';

/** The pipeline that every account has from the start. */
const DEFAULT: CrmRecord = {
  label: 'Sales Pipeline',
  stages: [
    stage('appointmentscheduled', '0.2'),
    stage('qualifiedtobuy', '0.4'),
    stage('presentationscheduled', '0.6'),
    stage('decisionmakerboughtin', '0.8'),
    stage('contractsent', '0.9'),
    stage('closedwon', '1.0'),
    stage('closedlost', '0.0'),
  ],
};

function stage(id: string, probability: string): CrmRecord {
  const isClosed = String(['1.0', '0.0'].includes(probability));
  return { id, label: id, metadata: { isClosed, probability } };
}

/** The pipelines of deals that there are now; one that was put as `default` takes the place of the first. */
export function pipelinesOf(records: Records): CrmRecord {
  const all = new Map([['default', DEFAULT]]);
  for (const { id, record } of records.all('pipelines')) all.set(id, record);
  const times = { createdAt: '2020-01-01T00:00:00Z', updatedAt: '2020-01-01T00:00:00Z', archived: false };
  const results = [...all].map(([id, { stages, ...pipeline }], displayOrder) => ({
    ...{ id, displayOrder, ...times, ...pipeline },
    stages: (stages as CrmRecord[]).map((one, place) => ({ displayOrder: place, ...times, ...one })),
  }));
  return { results };
}
