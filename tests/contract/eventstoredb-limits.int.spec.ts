import { PostgresEventStore } from '#platform/event-store';
import { eventStoreContract } from './cases.js';
import { EventStoreDBLimits } from './eventstoredb-limits.js';

eventStoreContract(
  'EventStoreDB would keep it',
  async (url, options) => new EventStoreDBLimits(await PostgresEventStore.open(url, options)),
);
