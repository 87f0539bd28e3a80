export type { Lease } from './lease.js';
