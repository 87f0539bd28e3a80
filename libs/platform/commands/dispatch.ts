import type { Day, Messages, NameOf } from '#kernel';

/** Who sends a command, and by which name it is known when it is sent again. */
export type Sender = {
  /** An account's id, or the name of a system actor such as `system:demonstration`. */
  readonly actor: string;
  /** The unit for which the actor acts; null when for none. */
  readonly unit: string | null;
  readonly role: string;
  /** The command's id, UUID: the same command sent again has the same id and is answered with its first receipt. */
  readonly command: string;
  readonly correlation: string;
  readonly causation: string;
  /** The revision that the sender has seen (If-Match); another one is refused as stale. */
  readonly expected?: number;
};

/** Coordinators, and whoever holds the data folder, who acts by the command line without an account. */
export const isCoordinator = ({ role }: Pick<Sender, 'role'>): boolean => role === 'coordinator' || role === 'system';

/** A command's name and data, told apart by name. */
export type CommandOf<C extends Messages> = { [N in NameOf<C>]: readonly [name: N, data: C[N]] }[NameOf<C>];

/**
 * What goes over the CommandBus: one class per subject, extended without a body, because the bus routes by class.
 * `id` names the subject; its stream is `<category>-<id>`.
 */
export abstract class Dispatch<C extends Messages> {
  readonly name: NameOf<C>;
  readonly data: C[NameOf<C>];

  constructor(
    readonly id: string,
    readonly sender: Sender,
    ...[name, data]: CommandOf<C>
  ) {
    this.name = name;
    this.data = data;
  }
}

/**
 * The answer to a command. `revision` is the ETag of the subject; `position` is what `?after=` waits for; `entry` is
 * the entry that the command made, where it made one.
 */
export type Receipt = {
  readonly id: string;
  readonly revision: number;
  readonly position: string;
  readonly entry?: string;
  /** The wish was fulfilled already: nothing was recorded, and `position` is that of the subject's last event. */
  readonly unchanged?: true;
};

/** What rules need to know from elsewhere: read before they run, one reader per subject. */
export abstract class FactsReader<C extends Messages, Facts> {
  abstract read(dispatch: Dispatch<C>, today: Day): Promise<Facts>;
}
