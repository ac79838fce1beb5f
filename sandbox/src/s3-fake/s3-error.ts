import { element, xmlDocument } from "./xml.ts";

/** What an error's document says besides code and message. */
type Details = Readonly<Record<string, string>>;

/** An answer other than success, in S3's words: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export class S3Error extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Details;

  constructor(status: number, code: string, message: string, details: Details = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }

  toXml(): string {
    const details = Object.entries(this.details).map(([name, text]) => element(name, text));
    const said = element("Code", this.code) + element("Message", this.message);
    return xmlDocument("Error", said + details.join(""));
  }
}

export function noSuchKey(key: string): S3Error {
  return new S3Error(404, "NoSuchKey", "The specified key does not exist.", { Key: key });
}

export function preconditionFailed(condition: string): S3Error {
  const message = "At least one of the pre-conditions you specified did not hold";
  return new S3Error(412, "PreconditionFailed", message, { Condition: condition });
}

export function invalidRequest(message: string): S3Error {
  return new S3Error(400, "InvalidRequest", message);
}
