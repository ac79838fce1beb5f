import { onSchedule } from "firebase-functions/v2/scheduler";
import { services } from "../compose.ts";
import { placement } from "../params.ts";
import { adoptQueued, backfillMeetings } from "../use-cases/backfill.ts";

/** Every hour: what no event told of, or none that arrived: meetings, and instances in the queue. */
export const backfill = onSchedule(
  { schedule: "every 1 hours", ...placement, maxInstances: 1, timeoutSeconds: 540 },
  async () => {
    const ends = await Promise.allSettled([backfillMeetings(services()), adoptQueued(services())]);
    const problems = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
    if (problems.length > 0) throw new AggregateError(problems, problems.map(String).join("; "));
  },
);
