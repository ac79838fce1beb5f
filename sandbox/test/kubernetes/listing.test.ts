import { expect } from "chai";
import { jobOf, namespace, TestKubernetes } from "./local-kubernetes.ts";
import { refusal } from "./refusal.ts";

describe("the lists of jobs and pods", () => {
  let kubernetes: TestKubernetes;

  const names = (list: { items: { metadata?: { name?: string } }[] }) =>
    list.items.map(({ metadata }) => metadata?.name);

  before(async () => {
    kubernetes = await TestKubernetes.start({
      mode: "accept",
      namespaces: ["default", "other"],
    });
    for (const name of ["c", "a", "e", "b", "d"]) await kubernetes.create(jobOf(name));
    const foreign = { ...jobOf("foreign"), metadata: { name: "foreign", labels: { app: "web" } } };
    await kubernetes.create(foreign);
    await kubernetes.batch.createNamespacedJob({ namespace: "other", body: jobOf("a") });
  });
  after(() => kubernetes.stop());

  it("selects by label, page by page, in the order of the names", async () => {
    const query = { namespace, labelSelector: "app=recorder", limit: 2 };
    const pages = [await kubernetes.batch.listNamespacedJob(query)];
    for (let next = pages[0]?.metadata?._continue; next; ) {
      const page = await kubernetes.batch.listNamespacedJob({ ...query, _continue: next });
      pages.push(page);
      next = page.metadata?._continue;
    }
    expect(pages.map(names)).to.deep.equal([["a", "b"], ["c", "d"], ["e"]]);
  });

  it("does not skip or repeat what is left when something on an earlier page is deleted", async () => {
    const query = { namespace, labelSelector: "app=recorder", limit: 3 };
    const first = await kubernetes.batch.listNamespacedJob(query);
    const propagationPolicy = "Background";
    await kubernetes.batch.deleteNamespacedJob({ namespace, name: "b", propagationPolicy });
    const _continue = first.metadata?._continue ?? "";
    const second = await kubernetes.batch.listNamespacedJob({ ...query, _continue });
    expect(names(second)).to.deep.equal(["d", "e"]);
    await kubernetes.create(jobOf("b"));
  });

  it("tells how many are left only when nothing was selected", async () => {
    const all = await kubernetes.batch.listNamespacedJob({ namespace, limit: 4 });
    expect(all.metadata?.remainingItemCount).to.equal(2);
    const labelSelector = "app";
    const some = await kubernetes.batch.listNamespacedJob({ namespace, labelSelector, limit: 4 });
    expect(some.metadata?.remainingItemCount).to.equal(undefined);
  });

  it("looks through every namespace, and finds nothing in one that does not exist", async () => {
    const everywhere = await kubernetes.batch.listJobForAllNamespaces();
    expect(everywhere.items).to.have.length(7);
    const nowhere = await kubernetes.batch.listNamespacedJob({ namespace: "no" });
    expect(nowhere.items).to.deep.equal([]);
  });

  it("finds a job's pods by its label, owned by it", async () => {
    const [pod, ...more] = await kubernetes.pods("a");
    const job = await kubernetes.read("a");
    expect(more).to.deep.equal([]);
    expect(pod?.metadata?.name).to.match(/^a-[a-z0-9]{5}$/);
    expect(pod?.metadata?.labels).to.include({
      "job-name": "a",
      "controller-uid": job.metadata?.uid,
    });
    expect(pod?.metadata?.ownerReferences).to.deep.equal([
      {
        apiVersion: "batch/v1",
        kind: "Job",
        name: "a",
        uid: job.metadata?.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    const name = pod?.metadata?.name ?? "";
    const read = await kubernetes.core.readNamespacedPod({ namespace, name });
    expect(read.metadata?.uid).to.equal(pod?.metadata?.uid);
  });

  it("refuses what it cannot read, and what it does not know", async () => {
    const list = (query: object) => kubernetes.batch.listNamespacedJob({ namespace, ...query });
    const selector = await refusal(list({ labelSelector: "app in recorder" }));
    expect(selector.body.message).to.include("unable to parse requirement");
    const token = await refusal(list({ _continue: "nonsense" }));
    expect(token.body.message).to.include("continue key is not valid");
    const field = await refusal(list({ fieldSelector: "metadata.name=a" }));
    expect(field.body.message).to.include("fieldSelector");
    expect([selector.code, token.code, field.code]).to.deep.equal([400, 400, 400]);
  });

  it("notes the method and path of every request", async () => {
    const before = kubernetes.server.requests.length;
    await kubernetes.batch.listNamespacedJob({ namespace, labelSelector: "app" });
    expect(kubernetes.server.requests.slice(before)).to.deep.equal([
      { method: "GET", path: "/apis/batch/v1/namespaces/default/jobs" },
    ]);
  });
});
