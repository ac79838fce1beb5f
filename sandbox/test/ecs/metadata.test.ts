import { expect } from "chai";
import { definitionOf, FOREVER, REGION, shell, TestEcs } from "./local-ecs.ts";

const ROLE = "arn:aws:iam::123456789012:role/recorder";
const SHOW = `env | sort; echo "shown=yes"; ${FOREVER}`;

/** The environment that a container has printed, without what every shell adds. */
function environmentIn(log: string): Record<string, string> {
  const lines = log.split("\n").filter((line) => line.includes("=") && !line.startsWith("shown"));
  const entries = lines.map((line) => line.split(/=(.*)/s, 2));
  const usual = ["HOME", "TMPDIR", "PATH", "PWD", "OLDPWD", "SHLVL", "_"];
  return Object.fromEntries(entries.filter(([name = ""]) => !usual.includes(name)));
}

describe("a container on Fargate", () => {
  let ecs: TestEcs;
  let arn: string;
  let environment: Record<string, string>;

  const startAs = async (taskRoleArn: string | undefined) => {
    const definition = definitionOf([shell("manager", SHOW), shell("bot", FOREVER)], {
      taskRoleArn,
    });
    ecs = await TestEcs.start([definition], {
      platformEnv: { FIRESTORE_EMULATOR_HOST: "127.0.0.1:8080" },
      roleKeys: { accessKeyId: "ASIATEST", secretAccessKey: "not-a-secret" },
    });
    arn = await ecs.run();
    await ecs.logged(arn, "manager", /shown=(yes)/);
    environment = environmentIn(await ecs.log(arn, "manager"));
  };

  const get = async <T extends object>(name: string, path = ""): Promise<T> => {
    const response = await fetch(`${environment[name]}${path}`);
    expect(response.status).to.equal(200);
    return (await response.json()) as T;
  };

  afterEach(() => ecs.stop());

  it("gets Fargate's and the platform's variables and nothing of the host's", async () => {
    await startAs(undefined);
    const { ECS_CONTAINER_METADATA_URI_V4: metadata, ...rest } = environment;
    expect(metadata).to.match(
      new RegExp(`^${ecs.server.url}/v4/${arn.split("/").at(-1)}-\\d{10}$`),
    );
    expect(rest).to.deep.equal({
      AWS_DEFAULT_REGION: REGION,
      AWS_EXECUTION_ENV: "AWS_ECS_FARGATE",
      AWS_REGION: REGION,
      FIRESTORE_EMULATOR_HOST: "127.0.0.1:8080",
    });
  });

  it("can ask which task it is in, and which container it is", async () => {
    await startAs(undefined);
    await ecs.at(arn, "RUNNING");
    const task = await get<{ Containers: { Name: string }[] }>(
      "ECS_CONTAINER_METADATA_URI_V4",
      "/task",
    );
    expect(task).to.deep.include({
      Cluster: arn.replace(/:task\/(.*)\/.*/, ":cluster/$1"),
      TaskARN: arn,
      Family: "recorder",
      Revision: "1",
      DesiredStatus: "RUNNING",
      KnownStatus: "RUNNING",
      Limits: { CPU: 1, Memory: 2048 },
      LaunchType: "FARGATE",
    });
    expect(task.Containers.map(({ Name }) => Name)).to.deep.equal(["manager", "bot"]);
    const container = await get<{ Labels: Record<string, string> }>(
      "ECS_CONTAINER_METADATA_URI_V4",
    );
    expect(container).to.include({ Name: "manager", KnownStatus: "RUNNING" });
    expect(container.Labels["com.amazonaws.ecs.task-arn"]).to.equal(arn);
  });

  it("gets its role's credentials, which expire, in the shape that the SDKs read", async () => {
    await startAs(ROLE);
    const { Token, Expiration, ...rest } = await get<Record<string, string>>(
      "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    );
    expect(rest).to.deep.equal({
      RoleArn: ROLE,
      AccessKeyId: "ASIATEST",
      SecretAccessKey: "not-a-secret",
    });
    expect(Token).to.have.length.above(20);
    expect(Date.parse(Expiration ?? "")).to.be.above(Date.now());
  });

  it("gets no credentials without a role, and nobody's metadata elsewhere", async () => {
    await startAs(undefined);
    const id = arn.split("/").at(-1);
    for (const path of [`/v2/credentials/${id}`, "/v4/x/task", "/v4"]) {
      expect((await fetch(`${ecs.server.url}${path}`)).status).to.equal(404);
    }
  });
}).timeout(20_000);
