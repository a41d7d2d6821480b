import {
  dealWorkflowIdOf,
  noticeWorkflowIdOf,
  purchaseWorkflowIdOf,
  quoteWorkflowIdOf,
  subjectOf,
} from '../../domain/workflow-ids';

it.each([
  [purchaseWorkflowIdOf('hubspot:1:2:1'), { requestId: 'hubspot:1:2:1' }],
  [quoteWorkflowIdOf('mine'), { requestId: 'mine' }],
  [dealWorkflowIdOf('hubspot:1:2'), { deal: 'hubspot:1:2' }],
  [noticeWorkflowIdOf('n'), {}],
  ['sweep:shop', {}],
  [undefined, {}],
])('the run %s is about %j', (workflowId, subject) => expect(subjectOf(workflowId)).toEqual(subject));
