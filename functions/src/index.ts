export { launchDue } from "./triggers/launch-due.ts";
export { onBotEventCreated } from "./triggers/on-bot-event-created.ts";
export { onBotInstanceCreated } from "./triggers/on-bot-instance-created.ts";
export { onMeetingWritten } from "./triggers/on-meeting-written.ts";
export { sweep } from "./triggers/sweep.ts";
