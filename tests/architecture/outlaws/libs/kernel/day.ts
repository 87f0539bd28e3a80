export const today = (): string => new Date().toISOString(); // breaks: law(no-clock)
export const dayOf = (instant: string): string => new Date(instant).toISOString();
