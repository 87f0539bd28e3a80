import './renewal.js';

export type Lease = string;
