import { tellStories } from "./stories.ts";

// Tells stories in a process from which a mend is missing, and prints what they have come to as JSON.
const WITH_THE_MEND = "./story.ts?whole";
const { happen } = (await import(WITH_THE_MEND)) as typeof import("./story.ts");

const [stories = 0, seed = 0, shrinkMs = 0] = process.argv.slice(2).map(Number);
const report = await tellStories({ stories, seed, shrinkMs, withTheMend: happen });
process.stdout.write(JSON.stringify(report));
