/** A text was erased; events, figures and hashes that refer to it stay as they are. Stream `text-<id>`. */
export type TextEvents = {
  TextErased: { text: string; reason: string };
};
