import { randomUUID } from 'crypto'; // breaks: views-follow-from-events, law(no-chance), law(no-chance)

export const row = (): string => randomUUID();
