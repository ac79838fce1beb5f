import { Firestore } from "@google-cloud/firestore";
import { Storage } from "@google-cloud/storage";
import { ConfigurationError, readSettings } from "@meeting-bot/core";
import { expect } from "chai";
import { federatedClient } from "../../src/platform/google-credentials.ts";
import { federationSettings } from "../../src/platform/settings.ts";
import { ContainerEndpoints } from "./support/container-endpoints.ts";
import { LocalGoogle } from "./support/local-google.ts";

const AUDIENCE =
  "//iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/aws/providers/ecs";
const ACCOUNT = "meeting-bot-job@demo-test.iam.gserviceaccount.com";

describe("a task's way to Google", () => {
  let ecs: ContainerEndpoints;
  let google: LocalGoogle;
  let databases: Firestore[];
  beforeEach(async () => {
    [ecs, google] = await Promise.all([ContainerEndpoints.start(), LocalGoogle.start()]);
    databases = [];
  });
  afterEach(async () => {
    await Promise.all(databases.map((database) => database.terminate()));
    await Promise.all([ecs.stop(), google.stop()]);
  });

  const settings = (more: Record<string, string> = {}) =>
    readSettings(federationSettings, {
      GOOGLE_WORKLOAD_IDENTITY_AUDIENCE: AUDIENCE,
      GOOGLE_STS_ENDPOINT: google.address,
      GOOGLE_IAM_CREDENTIALS_ENDPOINT: google.address,
      ...more,
    });
  const platform = () => ({
    awsRegion: "eu-central-1",
    awsCredentials: { uri: `${ecs.url}/role` },
  });

  function client(more?: Record<string, string>) {
    const authClient = federatedClient(settings(more), platform());
    if (!authClient) throw new Error("no client");
    return authClient;
  }

  /** The client that the manager uses, here over HTTP: credentials do not travel over plain gRPC. */
  function firestore(more?: Record<string, string>): Firestore {
    const database = new Firestore({
      projectId: "demo-test",
      authClient: client(more),
      preferRest: true,
      host: google.address,
      ssl: false,
    });
    databases.push(database);
    return database;
  }
  const read = (database: Firestore) => database.doc("bot_instances/x").get();
  const tokensSeen = () => google.seen.map(({ authorization }) => authorization);

  it("ends at Firestore with the token that Google gave for the role's signature", async () => {
    const document = await read(firestore());
    expect(document.exists).to.equal(false);
    expect(google.seen[0]?.path).to.match(/\/databases\/[^/]+\/documents:batchGet/);
    expect(tokensSeen()).to.deep.equal(["Bearer federated-1"]);
    expect(google.impersonations).to.deep.equal([]);
  });

  it("hands Google a signed question to AWS who this is, meant for this provider alone", async () => {
    await client().getAccessToken();
    const [exchange] = google.exchanges;
    expect(exchange?.form).to.include({
      audience: AUDIENCE,
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token_type: "urn:ietf:params:aws:token-type:aws4_request",
      requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
    });
    const { url, method, headers } = exchange?.signed ?? {};
    expect(url).to.equal(
      "https://sts.eu-central-1.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15",
    );
    expect(method).to.equal("POST");
    expect(headers).to.include({
      host: "sts.eu-central-1.amazonaws.com",
      "x-amz-security-token": "session-1",
      "x-goog-cloud-target-resource": AUDIENCE,
    });
    expect(headers?.["x-amz-date"]).to.match(/^\d{8}T\d{6}Z$/);
    expect(headers?.["authorization"]).to.match(
      /^AWS4-HMAC-SHA256 Credential=ASIA1\/\d{8}\/eu-central-1\/sts\/aws4_request, ?SignedHeaders=[a-z0-9;-]*x-amz-date;x-amz-security-token[a-z0-9;-]*, ?Signature=[0-9a-f]{64}$/,
    );
  });

  it("acts as the service account that it is told to be", async () => {
    await read(firestore({ GOOGLE_SERVICE_ACCOUNT: ACCOUNT }));
    expect(google.impersonations).to.deep.equal([
      {
        path: `/v1/projects/-/serviceAccounts/${ACCOUNT}:generateAccessToken`,
        authorization: "Bearer federated-1",
      },
    ]);
    expect(tokensSeen()).to.deep.equal(["Bearer account-1"]);
  });

  it("uses a token while it holds, and gets another before it ends", async () => {
    const database = firestore();
    await read(database);
    await read(database);
    expect(tokensSeen()).to.deep.equal(["Bearer federated-1", "Bearer federated-1"]);
    google.seen.length = 0;
    google.lifetimeSeconds = 299;
    const short = firestore();
    await read(short);
    google.lifetimeSeconds = 3600;
    await read(short);
    await read(short);
    expect(tokensSeen()).to.deep.equal([
      "Bearer federated-2",
      "Bearer federated-3",
      "Bearer federated-3",
    ]);
  });

  it("signs every question with credentials that hold", async () => {
    ecs.lifetimeSeconds = 299;
    google.lifetimeSeconds = 299;
    const database = firestore();
    await read(database);
    await read(database);
    const sessions = google.exchanges.map(({ signed }) => signed.headers["x-amz-security-token"]);
    expect(sessions).to.deep.equal(["session-1", "session-2"]);
  });

  it("leads to a bucket as well", async () => {
    const storage = new Storage({
      projectId: "demo-test",
      authClient: client(),
      apiEndpoint: `http://${google.address}`,
      useAuthWithCustomEndpoint: true,
    });
    await storage.bucket("recordings").file("a").getMetadata();
    expect(google.seen[0]?.path).to.contain("/b/recordings/o/a");
    expect(tokensSeen()).to.deep.equal(["Bearer federated-1"]);
  });

  it("is closed when Google does not trust the role: nothing is asked without a token", async () => {
    google.refuses = true;
    const error = await client()
      .getAccessToken()
      .catch((thrown: unknown) => thrown);
    expect(String(error)).to.contain("invalid_grant").and.not.contain("session-1");
    expect(google.seen).to.deep.equal([]);
  });

  it("is not taken where no provider is named", () => {
    const none = settings({ GOOGLE_WORKLOAD_IDENTITY_AUDIENCE: "" });
    expect(federatedClient(none, platform())).to.equal(undefined);
  });

  const misplaced = {
    "a container without a role": { awsRegion: "eu-central-1" },
    "a container without a region": { awsCredentials: { uri: "/role" } },
    "an endpoint that is a stranger's": {
      awsRegion: "eu-central-1",
      awsCredentials: { uri: "//example.com/role" },
    },
  };
  for (const [name, wrong] of Object.entries(misplaced)) {
    it(`is a mistake of the configuration in ${name}`, () => {
      expect(() => federatedClient(settings(), wrong)).to.throw(
        ConfigurationError,
        /^GOOGLE_WORKLOAD_IDENTITY_AUDIENCE /,
      );
    });
  }
});

describe("federationSettings", () => {
  const WRONG: Record<string, string> = {
    GOOGLE_WORKLOAD_IDENTITY_AUDIENCE: "https://iam.googleapis.com/projects/123",
    GOOGLE_SERVICE_ACCOUNT: "someone@example.com/:x",
    GOOGLE_STS_ENDPOINT: "sts.example.com:443",
    GOOGLE_IAM_CREDENTIALS_ENDPOINT: "10.0.0.1:80",
  };
  for (const [name, value] of Object.entries(WRONG)) {
    it(`do not take ${name}=${value}`, () => {
      const read = () => readSettings(federationSettings, { [name]: value });
      expect(read).to.throw(ConfigurationError, `${name} is "${value}", but must be`);
    });
  }

  it("are all optional", () => {
    expect(readSettings(federationSettings, {})).to.deep.equal({
      audience: "",
      serviceAccount: "",
      stsEndpoint: "",
      iamEndpoint: "",
    });
  });
});
