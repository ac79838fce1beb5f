import { S3RecordingStore } from "../../../storage/src/s3-recording-store.ts";
import { startS3Server } from "../s3/s3-server.ts";
import { BUCKET, type Store, type StoreOptions } from "./store.ts";

/** Starts an S3-compatible server. */
export async function startS3(options: StoreOptions): Promise<Store> {
  const { url, credentials, stop } = await startS3Server({ ...options, buckets: [BUCKET] });
  const location = `s3://${BUCKET}`;
  return {
    location,
    url: `${url}/${BUCKET}`,
    functionsEnv: {
      STORAGE_URL: location,
      S3_ENDPOINT: url,
      S3_ADDRESSING: "path",
    },
    platformEnv: credentials,
    functionsSecrets: {
      S3_KEYS: `${credentials.AWS_ACCESS_KEY_ID} ${credentials.AWS_SECRET_ACCESS_KEY}`,
    },
    recordings: new S3RecordingStore({
      bucket: BUCKET,
      endpoint: url,
      region: "us-east-1",
      addressing: "path",
      credentials: {
        accessKeyId: credentials.AWS_ACCESS_KEY_ID,
        secretAccessKey: credentials.AWS_SECRET_ACCESS_KEY,
      },
    }),
    stop,
  };
}
