import { Wish } from '#kernel'; // breaks: typescript(consistent-type-imports)

export const port = (): string | undefined => process.env['PORT'];
export type Given = Wish;
