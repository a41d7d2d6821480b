import type { CrmRecord } from './records';

export interface SObject {
  fields: readonly string[];
  /** By relation: the other object, and the own field that holds its id. */
  parents: Readonly<Record<string, readonly [string, string]>>;
  /** By relation: the other object, and its field that holds the own id. */
  children: Readonly<Record<string, readonly [string, string]>>;
}

const COMMON = ['Id', 'Name', 'IsDeleted', 'CreatedDate', 'LastModifiedDate', 'SystemModstamp'];

/** What each object has from the start; what a record was put with beyond that is a field, too. */
export const SOBJECTS: Readonly<Record<string, SObject>> = {
  Opportunity: {
    fields: [
      ...COMMON,
      ...['StageName', 'IsWon', 'IsClosed', 'Amount', 'Probability', 'CloseDate', 'Type', 'LeadSource'],
      ...[
        'AccountId',
        'OwnerId',
        'Description',
        'NextStep',
        'HasOpportunityLineItem',
        'Pricebook2Id',
        'RecordTypeId',
      ],
    ],
    parents: {
      Account: ['Account', 'AccountId'],
      Owner: ['User', 'OwnerId'],
      RecordType: ['RecordType', 'RecordTypeId'],
    },
    children: {
      OpportunityLineItems: ['OpportunityLineItem', 'OpportunityId'],
      OpportunityHistories: ['OpportunityHistory', 'OpportunityId'],
    },
  },
  Account: {
    fields: [...COMMON, 'AccountNumber', 'Industry', 'Phone', 'Type', 'Website', 'BillingCity', 'ParentId'],
    parents: { Parent: ['Account', 'ParentId'] },
    children: {},
  },
  User: { fields: [...COMMON, 'Email', 'Username'], parents: {}, children: {} },
  OpportunityLineItem: {
    fields: [
      ...COMMON,
      ...['OpportunityId', 'Product2Id', 'ProductCode', 'Quantity', 'UnitPrice', 'TotalPrice', 'ServiceDate'],
    ],
    parents: { Product2: ['Product2', 'Product2Id'] },
    children: {},
  },
  OpportunityHistory: {
    fields: ['Id', 'OpportunityId', 'StageName', 'CreatedDate', 'Amount', 'Probability', 'CloseDate'],
    parents: {},
    children: {},
  },
  OpportunityStage: {
    fields: [
      ...['Id', 'ApiName', 'MasterLabel', 'IsActive', 'IsClosed', 'IsWon', 'SortOrder'],
      ...['DefaultProbability', 'ForecastCategory', 'ForecastCategoryName', 'LastModifiedDate'],
    ],
    parents: {},
    children: {},
  },
  RecordType: { fields: [...COMMON, 'DeveloperName', 'SobjectType'], parents: {}, children: {} },
  Product2: { fields: [...COMMON, 'ProductCode', 'Family', 'IsActive'], parents: {}, children: {} },
};

const EARLY = '2026-01-01T00:00:00.000+0000';
/** What a record holds that was put without it. */
export const NEW: Readonly<Record<string, CrmRecord>> = {
  Opportunity: {
    Name: 'Opportunity',
    StageName: 'Prospecting',
    IsWon: false,
    IsClosed: false,
    CreatedDate: EARLY,
    LastModifiedDate: EARLY,
  },
  OpportunityLineItem: { Quantity: 1 },
  OpportunityHistory: { CreatedDate: EARLY },
};

/** The stages that an organisation has from the start. */
export const STAGES: readonly CrmRecord[] = [
  ...['Prospecting', 'Qualification', 'Needs Analysis', 'Value Proposition', 'Id. Decision Makers'],
  ...['Perception Analysis', 'Proposal/Price Quote', 'Negotiation/Review', 'Closed Won', 'Closed Lost'],
].map((name, place) => ({
  ...{ Id: `01J0000000000${String(place).padStart(2, '0')}AAA`, ApiName: name, MasterLabel: name },
  ...{
    IsActive: true,
    IsClosed: name.startsWith('Closed'),
    IsWon: name === 'Closed Won',
    SortOrder: place + 1,
  },
}));
