import { randomUUID } from 'crypto'; // breaks: views-follow-from-events, no-restricted-syntax, no-restricted-syntax

export const row = (): string => randomUUID();
