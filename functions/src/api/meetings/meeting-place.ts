import { ConfigurationError } from "@meeting-bot/core";

const PLACEHOLDER = /\{\w+\}/g;

/** Where an organisation's meetings are. */
export interface MeetingPlace {
  /** The collection of an organisation's meetings; of everybody's where `isShared`. */
  collectionOf(organizationId: string): string;
  /** Whether only a field of a meeting tells whose it is. */
  isShared: boolean;
}

/**
 * Reads `MEETINGS_COLLECTION_PATH`: a placeholder on the way is the organisation. Throws
 * `ConfigurationError` for several, of which nobody says what they are.
 */
export function readMeetingPlace(meetingsPath: string): MeetingPlace {
  const placeholders = meetingsPath.match(PLACEHOLDER) ?? [];
  if (placeholders.length > 1) {
    throw new ConfigurationError(
      `The API cannot tell where to write a meeting: MEETINGS_COLLECTION_PATH is "${meetingsPath}", but may have one placeholder, for the organisation.`,
    );
  }
  return {
    collectionOf: (organizationId) => meetingsPath.replace(PLACEHOLDER, () => organizationId),
    isShared: placeholders.length === 0,
  };
}
