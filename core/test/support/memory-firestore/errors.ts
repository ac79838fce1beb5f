import { status } from "@grpc/grpc-js";

/** What the service answers when it refuses, or when nobody knows whether it did. */
export class ServiceError extends Error {
  readonly code: status;
  readonly details: string;

  constructor(code: status, details: string) {
    super(`${code} ${status[code]}: ${details}`);
    this.name = "ServiceError";
    this.code = code;
    this.details = details;
  }
}

/** A request that the service would never take. */
export function invalid(details: string): ServiceError {
  return new ServiceError(status.INVALID_ARGUMENT, details);
}
