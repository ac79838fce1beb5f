import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  type S3ClientConfig,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { expect } from "chai";
import { type S3Fake, startS3Fake } from "../../src/s3-fake/index.ts";
import { codeOf, connect } from "./client.ts";

const Bucket = "recordings";

describe("the S3 fake's signatures", () => {
  let now: number;
  let fake: S3Fake;
  let client: S3Client;
  beforeEach(async () => {
    now = Date.now();
    fake = await startS3Fake({ now: () => now });
    client = connect(fake);
  });
  afterEach(async () => {
    client.destroy();
    await fake.stop();
  });

  it("takes no request that is not signed for it", async () => {
    const credentials = {
      accessKeyId: fake.credentials.AWS_ACCESS_KEY_ID,
      secretAccessKey: "wrong",
    };
    const cases: [string, S3ClientConfig][] = [
      ["SignatureDoesNotMatch", { credentials }],
      ["InvalidAccessKeyId", { credentials: { ...credentials, accessKeyId: "OTHER" } }],
      ["AuthorizationHeaderMalformed", { region: "us-west-2" }],
      ["RequestTimeTooSkewed", { systemClockOffset: 20 * 60_000 }],
    ];
    for (const [code, config] of cases) {
      const stranger = connect(fake, config);
      const list = stranger.send(new ListObjectsV2Command({ Bucket }));
      expect(await codeOf(list)).to.equal(code);
      stranger.destroy();
    }
    expect((await fetch(`${fake.url}/recordings/?list-type=2`)).status).to.equal(403);
  });

  it("takes no header that the signature leaves out", async () => {
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: "a" }));
    const answer = await fetch(url, { headers: { "x-amz-checksum-mode": "ENABLED" } });
    expect(answer.status).to.equal(403);
    expect(await answer.text()).to.contain("not signed");
  });

  it("shows an object by a signed URL until it expires", async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "0123456789" }));
    const command = new GetObjectCommand({ Bucket, Key: "a" });
    const url = await getSignedUrl(client, command, { expiresIn: 60 });
    expect(await (await fetch(url)).text()).to.equal("0123456789");
    const longer = url.replace("X-Amz-Expires=60", "X-Amz-Expires=600");
    expect((await fetch(longer)).status).to.equal(403);
    now += 61_000;
    expect((await fetch(url)).status).to.equal(403);
  });
});
