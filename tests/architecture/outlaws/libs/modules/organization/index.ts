import './units.query.js';

export type Units = string;
