import type { ContainerDefinition, RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { parseTaskDefinition } from "../../src/ecs/task-definition.ts";
import { registrationOf, shell } from "./local-ecs.ts";

const ROLE = "arn:aws:iam::123456789012:role/recorder";

const parse = (request: object) => parseTaskDefinition(JSON.stringify(request));
const withContainer = (more: Partial<ContainerDefinition>) =>
  registrationOf([shell("manager", "run", more)]);
const withTask = (more: Partial<RegisterTaskDefinitionRequest>) =>
  registrationOf([shell("manager", "run")], more);
const LOGS = { logDriver: "awslogs", options: { "awslogs-group": "g", "awslogs-region": "r" } };

/** What is refused, by what is said of it. */
const REFUSED: [sentence: RegExp, request: object][] = [
  [/family is missing/, { ...withTask({}), family: undefined }],
  [/essentials is unknown/, withContainer({ essentials: true } as object)],
  [/containerDefinitions\[0\]\.memory is not a number/, withContainer({ memory: "1" as never })],
  [/volumes is not a list/, withTask({ volumes: {} as never })],
  [/'a b' is no name of a family/, withTask({ family: "a b" })],
  [/not for FARGATE/, withTask({ requiresCompatibilities: ["EC2"] })],
  [/only supports network mode 'awsvpc'/, withTask({ networkMode: "bridge" })],
  [/requires that 'cpu' be defined/, withTask({ cpu: undefined })],
  [
    /No Fargate configuration exists for given values: 1024 CPU, 9216 memory/,
    withTask({ memory: "9216" }),
  ],
  [/given values: 256 CPU, 1536 memory/, withTask({ cpu: "256", memory: "1536" })],
  [/given values: 16384 CPU, 36864 memory/, withTask({ cpu: "16 vCPU", memory: "36 GB" })],
  [/given values: NaN CPU/, withTask({ cpu: "one" })],
  [/between 21 and 200 GiB; it is 20/, withTask({ ephemeralStorage: { sizeInGiB: 20 } })],
  [/between 21 and 200 GiB; it is 201/, withTask({ ephemeralStorage: { sizeInGiB: 201 } })],
  [/'recorder' is no role/, withTask({ taskRoleArn: "recorder" })],
  [
    /ARN to support ECR images/,
    withContainer({ image: "1.dkr.ecr.eu-central-1.amazonaws.com/m:1" }),
  ],
  [/ARN to support log driver awslogs/, withContainer({ logConfiguration: LOGS as never })],
  [/requires option awslogs-stream-prefix/, withContainer({ logConfiguration: LOGS as never })],
  [
    /host.sourcePath should not be set/,
    withTask({ volumes: [{ name: "v", host: { sourcePath: "/" } }] }),
  ],
  [
    /volume 'v' has efsVolumeConfiguration/,
    withTask({ volumes: [{ name: "v", efsVolumeConfiguration: { fileSystemId: "fs" } }] }),
  ],
  [/pidMode is set/, withTask({ pidMode: "host" })],
  [/no container is essential/, withContainer({ essential: false })],
  [/two containers have the same name/, registrationOf([shell("a", ""), shell("a", "")])],
  [/sum of all container 'cpu'/, withContainer({ cpu: 1025 })],
  [/memory is more than the task's/, withContainer({ memory: 2049 })],
  [/memoryReservation is more than memory/, withContainer({ memory: 5, memoryReservation: 6 })],
  [/container 'manager': image is missing/, withContainer({ image: undefined })],
  [/Fargate has no privileged/, withContainer({ privileged: true })],
  [
    /Fargate has no linuxParameters.sharedMemorySize/,
    withContainer({ linuxParameters: { sharedMemorySize: 64 } }),
  ],
  [/secrets is not served here/, withContainer({ secrets: [{ name: "A", valueFrom: "b" }] })],
  [/stopTimeout is not between 0 and 120/, withContainer({ stopTimeout: 121 })],
  [
    /hostPort differs from containerPort 80/,
    withContainer({ portMappings: [{ containerPort: 80, hostPort: 81 }] }),
  ],
  [
    /an environment variable is set twice/,
    withContainer({ environment: [{ name: "A" }, { name: "A" }] }),
  ],
  [
    /Unknown volume 'disk'/,
    withContainer({ mountPoints: [{ sourceVolume: "disk", containerPath: "/d" }] }),
  ],
  [
    /'d' is no path to mount at/,
    withContainer({ mountPoints: [{ sourceVolume: "scratch", containerPath: "d" }] }),
  ],
  [
    /depends on 'bot', which is none/,
    withContainer({ dependsOn: [{ containerName: "bot", condition: "START" }] }),
  ],
  [
    /'bot' has no health check/,
    registrationOf([
      shell("bot", ""),
      shell("m", "", { dependsOn: [{ containerName: "bot", condition: "HEALTHY" }] }),
    ]),
  ],
  [
    /SUCCESS or COMPLETE condition cannot be an essential/,
    registrationOf([
      shell("bot", ""),
      shell("m", "", { dependsOn: [{ containerName: "bot", condition: "SUCCESS" }] }),
    ]),
  ],
  [
    /containers wait for each other/,
    registrationOf([
      shell("a", "", { dependsOn: [{ containerName: "b", condition: "START" }] }),
      shell("b", "", { dependsOn: [{ containerName: "a", condition: "START" }] }),
    ]),
  ],
  [
    /is no CMD or CMD-SHELL/,
    withContainer({ healthCheck: { command: ["curl", "http://localhost:1/"] } }),
  ],
  [
    /asks no http:\/\/localhost address/,
    withContainer({ healthCheck: { command: ["CMD", "true"] } }),
  ],
  [
    /health check's interval is not between 5 and 300/,
    withContainer({ healthCheck: { command: ["CMD", "x", "http://localhost:1"], interval: 4 } }),
  ],
  [/Duplicate tag keys/, withTask({ tags: [{ key: "a" }, { key: "a" }] })],
];

describe("parseTaskDefinition", () => {
  it("reads what is acted on, with the service's defaults", () => {
    const definition = parse(
      registrationOf(
        [
          shell("bot", "serve", {
            cpu: 512,
            essential: false,
            healthCheck: {
              command: ["CMD-SHELL", "curl -f http://localhost:3000/health || exit 1"],
              interval: 10,
              startPeriod: 25,
            },
          }),
          shell("manager", "run", {
            entryPoint: ["/bin/sh", "-c"],
            environment: [{ name: "A", value: "1" }],
            mountPoints: [{ sourceVolume: "scratch", containerPath: "/scratch" }],
            stopTimeout: 120,
            dependsOn: [{ containerName: "bot", condition: "HEALTHY" }],
          }),
        ],
        { cpu: "2 vCPU", memory: "4GB", taskRoleArn: ROLE, tags: [{ key: "team", value: "a" }] },
      ),
    );
    expect(definition).to.deep.equal({
      family: "recorder",
      cpu: 2048,
      memory: 4096,
      ephemeralStorageGiB: 20,
      taskRoleArn: ROLE,
      tags: [{ key: "team", value: "a" }],
      volumes: ["scratch"],
      containers: [
        {
          name: "bot",
          image: "sh",
          command: [],
          args: ["serve"],
          env: {},
          limits: { cpu: "512" },
          mounts: [],
          startupProbe: {
            port: 3000,
            path: "/health",
            initialDelaySeconds: 10,
            periodSeconds: 10,
            timeoutSeconds: 5,
            failureThreshold: 5,
          },
          dependsOn: [],
          essential: false,
          stopTimeoutSeconds: 30,
          waitsFor: [],
        },
        {
          name: "manager",
          image: "sh",
          command: ["/bin/sh", "-c"],
          args: ["run"],
          env: { A: "1" },
          limits: {},
          mounts: [{ volume: "scratch", path: "/scratch" }],
          dependsOn: [],
          essential: true,
          stopTimeoutSeconds: 120,
          waitsFor: [{ container: "bot", condition: "HEALTHY" }],
        },
      ],
    });
  });

  for (const [sentence, request] of REFUSED) {
    it(`refuses one of which it must say ${sentence.source}`, () => {
      expect(() => parse(request)).to.throw(sentence);
    });
  }

  it("lists every problem at once", () => {
    const request = withTask({ networkMode: "host", cpu: "3" });
    expect(() => parse(request)).to.throw(/awsvpc.*; .*3 CPU/);
  });
});
