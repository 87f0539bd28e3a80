/** The code itself, or with the first number behind it that no plan has: a code names one plan. */
export const freeCode = (code: string, taken: ReadonlySet<string>): string => {
  let free = code;
  for (let number = 2; taken.has(free); number += 1) free = `${code}-${number}`;
  return free;
};
