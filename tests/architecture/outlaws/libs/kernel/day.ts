export const today = (): string => new Date().toISOString(); // breaks: no-restricted-syntax
export const dayOf = (instant: string): string => new Date(instant).toISOString();
