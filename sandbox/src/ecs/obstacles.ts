import {
  becomePending,
  becomeRunning,
  beginToStop,
  type TaskRecord,
  updateContainer,
} from "./task.ts";

/** What befalls a task in place of its containers' lives. */
export type Obstacle = (task: TaskRecord) => void;

/**
 * What a task can fail in. The prefixes are those of the service's stopped task errors
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html), and what
 * follows them is as they were seen, with names of ours.
 */
export const obstacles = {
  CannotPullContainerError: (task) => {
    becomePending(task);
    const [first] = task.containers;
    const reason = `CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref ${first?.image}: ${first?.image}: not found`;
    updateContainer(task, first?.name ?? "", { reason });
    beginToStop(task, "TaskFailedToStart", reason);
  },
  ResourceInitializationError: (task) => {
    beginToStop(
      task,
      "TaskFailedToStart",
      "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 3 time(s)",
    );
  },
  OutOfMemory: (task) => {
    becomePending(task);
    becomeRunning(task);
    const killed = task.definition.containers.find(({ essential }) => essential)?.name;
    for (const { name } of task.containers) {
      const reason = "OutOfMemoryError: Container killed due to memory usage";
      // SIGKILL for the one that took too much, SIGTERM for the others.
      updateContainer(task, name, name === killed ? { exitCode: 137, reason } : { exitCode: 143 });
    }
    beginToStop(task, "EssentialContainerExited", "Essential container in task exited");
  },
} as const satisfies Record<string, Obstacle>;
