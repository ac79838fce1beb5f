import type { SettingValues } from "./read-settings.ts";
import { oneOf, pattern, text } from "./setting.ts";

/** The variables that say where recordings are kept. */
export const storageSettings = {
  bucket: pattern("GCS_BUCKET", {
    description:
      "The Cloud Storage bucket that recordings go to; required unless `STORAGE_URL` is set.",
    fallback: "",
    form: /^[^/:]+$/,
    allowed: "a bucket's name, without gs:// and without a path",
  }),
  storageUrl: pattern("STORAGE_URL", {
    description: "Where recordings go, when that is no Cloud Storage bucket.",
    fallback: "",
    form: /^(?:gs|s3):\/\/[^/]+\/?$|^file:\/\/\/./,
    allowed: "gs://bucket, s3://bucket or file:///folder",
  }),
  s3Region: text("S3_REGION", {
    description: "The region of an `s3://` bucket.",
    fallback: "us-east-1",
  }),
  s3Endpoint: {
    ...text("S3_ENDPOINT", {
      description:
        "The server of an `s3://` bucket, where that is not Amazon's: MinIO, for example.",
      fallback: "",
    }),
    allowed: "a URL such as https://minio.example.com, without a path",
    parse: (url: string) =>
      /^https?:\/\/[^/?#@]+\/?$/.test(url) ? URL.parse(url)?.origin : undefined,
  },
  s3Addressing: oneOf("S3_ADDRESSING", ["virtual-hosted", "path"], {
    description: "Whether an `s3://` bucket's name is in the host or in the path of its URLs.",
    fallback: "virtual-hosted",
  }),
};

type Values = SettingValues<typeof storageSettings>;

/** Where recordings are kept, as a URL; empty where nothing says so. */
export function storageLocation({ storageUrl, bucket }: Pick<Values, "storageUrl" | "bucket">) {
  return storageUrl || (bucket && `gs://${bucket}`);
}

/** Says what is missing where nothing says where recordings go. */
export function storageProblems(values: Partial<Values>): string[] {
  const { storageUrl, bucket } = values;
  if (storageUrl === undefined || bucket === undefined || storageLocation({ storageUrl, bucket })) {
    return [];
  }
  const { bucket: setting, storageUrl: instead } = storageSettings;
  return [
    `${setting.name} is not set: ${setting.description} It must be ${setting.allowed}; ${instead.name} may be ${instead.allowed} instead.`,
  ];
}
