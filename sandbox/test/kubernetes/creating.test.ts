import type { V1Job } from "@kubernetes/client-node";
import { expect } from "chai";
import { jobOf, namespace, shell, TestKubernetes } from "./local-kubernetes.ts";
import { refusal } from "./refusal.ts";

const COLLECTION = `/apis/batch/v1/namespaces/${namespace}/jobs`;

describe("the creation of a job", () => {
  let kubernetes: TestKubernetes;

  /** Sends what the typed client would not. */
  const post = (body: object | string, query = "?fieldValidation=Strict") =>
    fetch(`${kubernetes.server.url}${COLLECTION}${query}`, {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
    });

  before(async () => {
    kubernetes = await TestKubernetes.start({ mode: "accept" });
  });
  after(() => kubernetes.stop());

  it("answers with the job's identity, its defaults and the labels of its pods", async () => {
    const job = await kubernetes.create(jobOf("first"));
    const uid = job.metadata?.uid;
    expect(job.metadata).to.include({ name: "first", namespace });
    expect(job.metadata?.creationTimestamp).to.be.an.instanceOf(Date);
    expect(job.spec).to.include({ completions: 1, parallelism: 1, suspend: false });
    expect(job.spec?.template.metadata?.labels).to.deep.equal({
      "batch.kubernetes.io/controller-uid": uid,
      "batch.kubernetes.io/job-name": "first",
      "controller-uid": uid,
      "job-name": "first",
    });
    expect(job.spec?.template.spec?.terminationGracePeriodSeconds).to.equal(30);
    expect(job.status?.conditions).to.equal(undefined);
  });

  it("makes a name where only its beginning is given", async () => {
    const job = jobOf("");
    const created = await kubernetes.create({ ...job, metadata: { generateName: "bot-" } });
    expect(created.metadata?.name).to.match(/^bot-[a-z0-9]{5}$/);
  });

  it("refuses a second one of the same name, and keeps the first", async () => {
    const first = await kubernetes.create(jobOf("twice"));
    const { code, body } = await refusal(kubernetes.create(jobOf("twice")));
    expect(code).to.equal(409);
    expect(body).to.deep.include({
      kind: "Status",
      status: "Failure",
      reason: "AlreadyExists",
      message: 'jobs.batch "twice" already exists',
      details: { name: "twice", group: "batch", kind: "jobs" },
    });
    expect((await kubernetes.read("twice")).metadata?.uid).to.equal(first.metadata?.uid);
  });

  it("refuses unknown fields with their paths when asked to be strict", async () => {
    const job = jobOf("unknown");
    const [container] = job.spec?.template.spec?.containers ?? [];
    Object.assign(job.spec ?? {}, { retries: 3 });
    Object.assign(container ?? {}, { imagePolicy: "Always" });
    const answer = await post(job);
    expect(answer.status).to.equal(400);
    expect(await answer.json()).to.include({
      reason: "BadRequest",
      message:
        'Job in version "v1" cannot be handled as a Job: strict decoding error: unknown field "spec.retries", unknown field "spec.template.spec.containers[0].imagePolicy"',
    });
  });

  it("drops unknown fields with a warning otherwise", async () => {
    const job = jobOf("dropped");
    Object.assign(job.spec ?? {}, { retries: 3 });
    const answer = await post(job, "");
    expect(answer.status).to.equal(201);
    expect(answer.headers.get("warning")).to.equal('299 - "unknown field \\"spec.retries\\""');
    expect((await kubernetes.read("dropped")).spec).not.to.have.property("retries");
  });

  it("takes a null for a field that is not there", async () => {
    const job = jobOf("null");
    Object.assign(job.spec ?? {}, { activeDeadlineSeconds: null });
    expect((await post(job)).status).to.equal(201);
  });

  it("takes a number for a quantity, and keeps it as text", async () => {
    const resources = { limits: { cpu: 2, memory: "1Gi" }, requests: { cpu: 0.5 } };
    const scratch = { name: "scratch", emptyDir: { sizeLimit: 1e9 } };
    const job = jobOf("numbers", { containers: [shell("m", "")] });
    Object.assign(job.spec?.template.spec?.containers[0] ?? {}, { resources });
    Object.assign(job.spec?.template.spec ?? {}, { volumes: [scratch] });
    expect((await post(job)).status).to.equal(201);
    const pod = (await kubernetes.read("numbers")).spec?.template.spec;
    expect(pod?.containers[0]?.resources).to.deep.equal({
      limits: { cpu: "2", memory: "1Gi" },
      requests: { cpu: "0.5" },
    });
    expect(pod?.volumes?.[0]?.emptyDir).to.deep.equal({ sizeLimit: "1000000000" });
  });

  const badRequests: [string, (job: V1Job) => object | string, string][] = [
    [
      "a value of a wrong type",
      (job) => ({ ...job, spec: { ...job.spec, backoffLimit: "none" } }),
      'Job in version "v1" cannot be handled as a Job: json: cannot unmarshal string into Go struct field JobSpec.spec.backoffLimit of type int32',
    ],
    [
      "a quantity that is none",
      () => jobOf("q", { containers: [shell("m", "", { resources: { limits: { cpu: "two" } } })] }),
      "quantities must match the regular expression",
    ],
    [
      "a quantity that is neither text nor a number",
      (job) => {
        const resources = { limits: { cpu: true } };
        const template = { spec: { ...job.spec?.template.spec, resources } };
        return { ...job, spec: { ...job.spec, template } };
      },
      "quantities must match the regular expression",
    ],
    ["a text that is no JSON", () => "job!", "json: cannot unmarshal string into"],
    [
      "another kind",
      (job) => ({ ...job, kind: "CronJob" }),
      "does not match the expected kind (Job)",
    ],
    ["another version", (job) => ({ ...job, apiVersion: "batch/v2" }), "(batch/v2) does not match"],
    [
      "another namespace than the path's",
      (job) => ({ ...job, metadata: { name: "a", namespace: "elsewhere" } }),
      "the namespace of the provided object does not match",
    ],
  ];
  for (const [what, bodyOf, message] of badRequests) {
    it(`refuses ${what} as a bad request`, async () => {
      const answer = await post(bodyOf(jobOf("bad")));
      expect(answer.status).to.equal(400);
      const status = (await answer.json()) as { message: string };
      expect(status.message).to.include(message);
    });
  }

  it("refuses what breaks a rule with every field that does", async () => {
    const containers = [shell("m", "", { volumeMounts: [{ name: "scratch", mountPath: "/s" }] })];
    const job = jobOf("Wrong_Name", { containers, restartPolicy: "Always" });
    const { code, body } = await refusal(kubernetes.create(job));
    expect(code).to.equal(422);
    expect(body.reason).to.equal("Invalid");
    expect(body.message).to.match(/^Job\.batch "Wrong_Name" is invalid: \[metadata\.name: Invalid/);
    expect(body.details?.causes?.map(({ reason, field }) => `${reason} ${field}`)).to.deep.equal([
      "FieldValueInvalid metadata.name",
      "FieldValueNotFound spec.template.spec.containers[0].volumeMounts[0].name",
      "FieldValueNotSupported spec.template.spec.restartPolicy",
    ]);
  });

  it("refuses a job without what the schema requires", async () => {
    const answer = await post({ ...jobOf("empty"), spec: {} });
    expect(answer.status).to.equal(422);
    const status = (await answer.json()) as { message: string };
    expect(status.message).to.equal('Job.batch "empty" is invalid: spec.template: Required value');
  });

  it("knows only its namespaces", async () => {
    const creation = kubernetes.batch.createNamespacedJob({ namespace: "no", body: jobOf("a") });
    const { code, body } = await refusal(creation);
    expect(code).to.equal(404);
    expect(body.message).to.equal('namespaces "no" not found');
  });

  it("refuses an option that a cluster would act on and it does not know", async () => {
    const dry = kubernetes.batch.createNamespacedJob({
      namespace,
      body: jobOf("dry"),
      dryRun: "All",
    });
    expect((await refusal(dry)).code).to.equal(400);
    const removal = { namespace, name: "first", body: { preconditions: { uid: "another" } } };
    const { code, body } = await refusal(kubernetes.batch.deleteNamespacedJob(removal));
    expect(code).to.equal(400);
    expect(body.message).to.equal("the sandbox does not know the option preconditions");
    expect((await kubernetes.read("first")).metadata?.name).to.equal("first");
  });

  it("says what it does not serve", async () => {
    const { code, body } = await refusal(kubernetes.core.listNamespacedService({ namespace }));
    expect(code).to.equal(404);
    expect(body.message).to.equal("the server could not find the requested resource");
    const patched = await fetch(`${kubernetes.server.url}${COLLECTION}/first`, { method: "PATCH" });
    expect(patched.status).to.equal(405);
  });
});

describe("a job that this machine cannot run as a cluster would", () => {
  it("is refused", async () => {
    const kubernetes = await TestKubernetes.start();
    const field = { fieldRef: { fieldPath: "metadata.name" } };
    const job = jobOf(
      "beyond",
      { containers: [shell("m", "", { env: [{ name: "POD", valueFrom: field }] })] },
      { completions: 2 },
    );
    const { code, body } = await refusal(kubernetes.create(job));
    expect(code).to.equal(422);
    expect(body.details?.causes?.map(({ message }) => message)).to.deep.equal([
      "Forbidden: the sandbox cannot run several pods",
      "Forbidden: the sandbox cannot look values up",
    ]);
    expect(kubernetes.server.jobs()).to.deep.equal([]);
    await kubernetes.stop();
  });
});
