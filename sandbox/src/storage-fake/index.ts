export type { Fault, Operation } from "./faults.ts";
export type { FakeObject } from "./object-table.ts";
export { type StorageFake, type StorageFakeOptions, startStorageFake } from "./storage-fake.ts";
