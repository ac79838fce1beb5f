/** Who asks, and for whom. */
export interface Caller {
  organizationId: string;
  /** Absent for an API key. */
  userId?: string;
  /** Who it is in records: `user:…` or `key:…`. */
  name: string;
}
