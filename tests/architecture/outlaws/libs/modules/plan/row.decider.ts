export type RowCommands = object;
