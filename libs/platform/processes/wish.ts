import type { JsonObject, Wish } from '#kernel';
import type { Sender } from '#platform/commands';

/** The class that carries these commands: the Dispatch of a subject. */
type DispatchOf<Command extends readonly [name: string, data: JsonObject]> = new (
  id: string,
  sender: Sender,
  ...command: Command
) => object;

/** A command that a process wants sent to the subject of that id; refuses unknown names and data at compile time. */
export const wish = <Command extends readonly [name: string, data: JsonObject]>(
  to: DispatchOf<Command>,
  id: string,
  ...[name, data]: NoInfer<Command>
): Wish => ({ to, id, name, data });

/** The wish as it goes over the bus. */
export const dispatchOf = ({ to, id, name, data }: Wish, sender: Sender): object =>
  new (to as unknown as DispatchOf<readonly [string, JsonObject]>)(id, sender, name, data);
