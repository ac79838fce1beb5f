import { initializeApp } from "firebase-admin/app";
import { getFirestore } from "firebase-admin/firestore";
import { onDocumentCreated } from "firebase-functions/v2/firestore";

const firestore = getFirestore(initializeApp());

/** The least that an answer to a new document can cost: one transaction that reads one document and writes three. */
export const bare = onDocumentCreated(
  { document: "meetings/{id}", region: "us-central1" },
  async ({ data, params: { id } }) => {
    if (!data) return;
    await firestore.runTransaction(async (transaction) => {
      await transaction.get(data.ref);
      transaction.create(firestore.doc(`bare_instances/${id}`), { status: "processing" });
      transaction.create(firestore.doc(`bare_sessions/${id}`), { bot: id });
      transaction.update(data.ref, { bot: id });
    });
  },
);
