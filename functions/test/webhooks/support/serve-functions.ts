/** Serves the functions that send webhooks at 127.0.0.1 and the port of its argument, as they are deployed. */
import express, { type RequestHandler } from "express";
import { deliverWebhook, sweepWebhooks } from "../../../src/index.ts";

const app = express();
app.use(express.json());
// firebase-functions has the types of another release of express.
app.post("/:project/:region/deliverWebhook", deliverWebhook as unknown as RequestHandler);
app.post("/:project/:region/sweepWebhooks", sweepWebhooks as unknown as RequestHandler);
app.listen(Number(process.argv[2]), "127.0.0.1", () => process.stdout.write("listening\n"));
