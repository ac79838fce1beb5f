import { expect } from "chai";
import { parseJob } from "../../src/cloud-run/job-yaml.ts";

const job = (annotations: string, task: string) => `
kind: Job
metadata: {name: recorder}
spec:
  template:
    metadata: {labels: {team: a}, annotations: ${annotations}}
    spec:
      template:
        spec: ${task}`;

const ANY = "{containers: [{name: a, image: i}]}";

describe("parseJob", () => {
  it("reads containers, volumes, probes and start order", () => {
    const parsed = parseJob(
      job(
        `{run.googleapis.com/container-dependencies: '{"a":["b"]}'}`,
        `{maxRetries: 0, timeoutSeconds: 60, serviceAccountName: sa, volumes: [{name: v}], containers: [
          {name: a, image: i, args: [x], env: [{name: N, value: "1"}], resources: {limits: {cpu: "1"}}},
          {name: b, image: j, volumeMounts: [{name: v, mountPath: /v}],
           startupProbe: {httpGet: {path: /health, port: 3000}, periodSeconds: 5}}]}`,
      ),
    );
    expect(parsed).to.deep.equal({
      name: "recorder",
      labels: { team: "a" },
      taskCount: 1,
      maxRetries: 0,
      timeoutSeconds: 60,
      serviceAccount: "sa",
      volumes: ["v"],
      containers: [
        {
          name: "a",
          image: "i",
          command: [],
          args: ["x"],
          env: { N: "1" },
          limits: { cpu: "1" },
          mounts: [],
          dependsOn: ["b"],
        },
        {
          name: "b",
          image: "j",
          command: [],
          args: [],
          env: {},
          limits: {},
          mounts: [{ volume: "v", path: "/v" }],
          startupProbe: {
            port: 3000,
            path: "/health",
            initialDelaySeconds: 0,
            periodSeconds: 5,
            timeoutSeconds: 1,
            failureThreshold: 3,
          },
          dependsOn: [],
        },
      ],
    });
  });

  it("fills in Cloud Run's defaults: ten minutes, three retries", () => {
    const parsed = parseJob(job("{}", ANY));
    expect(parsed).to.include({ timeoutSeconds: 600, maxRetries: 3, taskCount: 1 });
  });

  it("reads a probe of an open port", () => {
    const probe = "startupProbe: {tcpSocket: {port: 8081}}";
    const parsed = parseJob(job("{}", `{containers: [{name: a, image: i, ${probe}}]}`));
    expect(parsed.containers[0]?.startupProbe).to.include({ port: 8081, periodSeconds: 10 });
    expect(parsed.containers[0]?.startupProbe).to.not.have.property("path");
  });

  it("lists every problem at once", () => {
    const text = job(
      `{run.googleapis.com/container-dependencies: '{"a":["b"],"b":["a","c"]}'}`,
      `{containers: [
           {name: a, volumeMounts: [{name: v, mountPath: /v}], env: [{name: KEY, valueFrom: {secretKeyRef: {}}}]},
           {name: b, image: i, startupProbe: {}}]}`,
    ).replace("kind: Job", "kind: Service");
    expect(() => parseJob(text))
      .to.throw(Error)
      .with.property("message")
      .that.includes("kind is Service")
      .and.includes("container a has no image")
      .and.includes("container a mounts an unknown volume v")
      .and.includes("container a takes KEY from a secret")
      .and.includes("container b has a startup probe without a port")
      .and.includes("container b depends on an unknown container c")
      .and.includes("container a depends on itself")
      .and.includes("container b depends on itself");
  });

  it("refuses what is no job at all", () => {
    expect(() => parseJob("")).to.throw("metadata.name is missing; there are no containers");
  });
});
