import type { Status } from "../bot-instance/bot-instance.ts";
import { type MeetingNaming, statusKey } from "../meeting/status.ts";
import type { SettingValues } from "./read-settings.ts";
import { list, pattern, type Setting, text } from "./setting.ts";

/** How a user's documents spell the fields and values that can be renamed. */
export interface Naming {
  meeting: MeetingNaming;
  instanceStatusField: string;
  instanceStatus: Record<Status, string>;
}

/** The variables that rename fields and values. */
export const namingSettings = {
  meetingStatusField: field("MEETING_STATUS_FIELD", {
    description: "The field of a meeting that says whether it wants a bot.",
    fallback: "status",
  }),
  meetingStatusValues: list("MEETING_STATUS_VALUES", {
    description: "The values of that field that want a bot, in any case of their letters.",
    fallback: ["scheduled"],
  }),
  meetingCancelValues: list("MEETING_CANCEL_VALUES", {
    description: "The values of that field that want none any more; the API writes the first.",
    fallback: ["cancelled", "canceled"],
  }),
  meetingInstanceField: field("MEETING_BOT_INSTANCE_FIELD", {
    description: "The field of a meeting that holds the id of its bot instance.",
    fallback: "bot_instance_id",
  }),
  instanceStatusField: field("BOT_INSTANCE_STATUS_FIELD", {
    description: "The field of a bot instance that holds its status.",
    fallback: "status",
  }),
  queuedValue: text("BOT_INSTANCE_QUEUED_VALUE", {
    description: "The status of a bot instance that waits to be launched.",
    fallback: "queued",
  }),
  processingValue: text("BOT_INSTANCE_PROCESSING_VALUE", {
    description: "The status of a bot instance that is at work.",
    fallback: "processing",
  }),
  doneValue: text("BOT_INSTANCE_DONE_VALUE", {
    description: "The status of a bot instance whose recording is stored.",
    fallback: "done",
  }),
  failedValue: text("BOT_INSTANCE_FAILED_VALUE", {
    description: "The status of a bot instance that has no recording.",
    fallback: "failed",
  }),
  cancelledValue: text("BOT_INSTANCE_CANCELLED_VALUE", {
    description: "The status of a bot instance that nobody wants any more.",
    fallback: "cancelled",
  }),
};

/** A field at the top of a document: Firestore reads a dot as a path and keeps names with `__` before them. */
function field(name: string, options: { description: string; fallback: string }): Setting<string> {
  const allowed = "one field's name of letters, digits, _ and -, without __ before it";
  return pattern(name, { ...options, form: /^(?!__)[\p{L}\p{N}_-]+$/u, allowed });
}

type NamingValues = Partial<SettingValues<typeof namingSettings>>;

const asWritten = (value: string) => value;

/** What must differ, as it is compared, so that one can be told from the other. */
const DISTINCT: readonly { keys: (keyof NamingValues)[]; compared: (value: string) => string }[] = [
  { keys: ["meetingStatusField", "meetingInstanceField"], compared: asWritten },
  { keys: ["meetingStatusValues", "meetingCancelValues"], compared: statusKey },
  {
    keys: ["queuedValue", "processingValue", "doneValue", "failedValue", "cancelledValue"],
    compared: asWritten,
  },
];

/** Which names and values cannot be told apart. */
export function namingProblems(values: NamingValues): string[] {
  return DISTINCT.flatMap(({ keys, compared }) => {
    const uses = keys.flatMap((key) =>
      [values[key] ?? []]
        .flat()
        .map((value) => ({ value: compared(value), variable: namingSettings[key].name })),
    );
    const byValue = Object.groupBy(uses, ({ value }) => value);
    return Object.entries(byValue).flatMap(([value, users = []]) => {
      const variables = [...new Set(users.map(({ variable }) => variable))];
      return variables.length > 1
        ? [`${variables.join(", ")} must differ, but share "${value}".`]
        : [];
    });
  });
}

/** The naming that the settings ask for. */
export function namingOf(values: SettingValues<typeof namingSettings>): Naming {
  return {
    meeting: {
      statusField: values.meetingStatusField,
      statusValues: values.meetingStatusValues,
      cancelValues: values.meetingCancelValues,
      instanceField: values.meetingInstanceField,
    },
    instanceStatusField: values.instanceStatusField,
    instanceStatus: {
      queued: values.queuedValue,
      processing: values.processingValue,
      done: values.doneValue,
      failed: values.failedValue,
      cancelled: values.cancelledValue,
    },
  };
}
