/** What was being done when a store refused, in the words of the message. */
export interface StorageAction {
  bucket: string;
  /** The object's name, or the prefix of a listing. */
  name: string;
  verb: "store" | "describe" | "read" | "list" | "remove" | "sign";
}
