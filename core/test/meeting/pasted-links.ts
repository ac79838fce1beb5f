/** Links that a bot may open, each with all that is told of it. */
export type LinkTable = readonly [
  link: string,
  provider: string,
  identity: string,
  url: string,
  passcode?: boolean,
][];

const MEET = "https://meet.google.com/abc-defg-hij";
const LOOKUP = "https://meet.google.com/lookup/team-standup";

/** Every way to one meeting of a provider: they differ in nothing but their spelling. */
function oneMeeting(
  links: readonly string[],
  ...[provider, identity, url, passcode]: [string, string, string, boolean?]
): LinkTable {
  return links.map((link) => [link, provider, identity, url, passcode]);
}

/** Links of Google Meet. */
export const GOOGLE: LinkTable = [
  ...oneMeeting(
    [
      MEET,
      `${MEET}/`,
      "https://meet.google.com/ABC-defg-hij",
      "https://MEET.Google.COM/abc-defg-hij",
      "https://meet.google.com:443/abc-defg-hij",
      `${MEET}?authuser=0`,
      `${MEET}?hs=122&authuser=1#main`,
      `${MEET}?utm_source=mail&utm_campaign=x&fbclid=y`,
      `${MEET}?pli=1&authuser=2`,
      "https://meet.google.com/_meet/abc-defg-hij?ijlm=1617121727687&adhoc=1&hs=187",
      "HTTPS://meet.google.com/abc-defg-hij",
    ],
    "google",
    "abc-defg-hij",
    MEET,
  ),
  [
    "https://meet.google.com/lookup/abc-defg-hij",
    "google",
    "abc-defg-hij",
    "https://meet.google.com/lookup/abc-defg-hij",
  ],
  ...oneMeeting(
    [LOOKUP, "https://meet.google.com/lookup/Team-StandUp?authuser=0&hs=179", `${LOOKUP}/`],
    "google",
    "lookup/team-standup",
    LOOKUP,
  ),
];

const ZOOM_LINK = "https://us02web.zoom.us/j/91234567890?pwd=AbC%2BdEf.1";

/** Links of Zoom. */
export const ZOOM: LinkTable = [
  ["https://zoom.us/j/91234567890", "zoom", "91234567890", "https://zoom.us/j/91234567890"],
  ["https://zoom.us/j/91234567890/", "zoom", "91234567890", "https://zoom.us/j/91234567890"],
  ["https://zoom.com/j/91234567890", "zoom", "91234567890", "https://zoom.com/j/91234567890"],
  ["https://zoom.us/j/123456789?pwd=", "zoom", "123456789", "https://zoom.us/j/123456789?pwd="],
  ...oneMeeting(
    [
      ZOOM_LINK,
      "https://us02web.zoom.us/j/91234567890?pwd=AbC%2bdEf.1",
      "https://us02web.zoom.us/j/91234567890?uname=Ada&pwd=AbC%2BdEf.1&from=addon",
      "https://us02web.zoom.us/j/91234567890?pwd=AbC%2BdEf.1#success",
      "https://US02WEB.ZOOM.US/j/91234567890?pwd=AbC%2BdEf.1&utm_medium=email",
      "https://us02web.zoom.us/s/91234567890?pwd=AbC%2BdEf.1",
      "https://us02web.zoom.us/j/91234567890/start?pwd=AbC%2BdEf.1",
    ],
    "zoom",
    "91234567890",
    ZOOM_LINK,
    true,
  ),
  [
    "https://acme.zoom.us/w/91234567890?tk=To-Ken&uuid=WN_x",
    "zoom",
    "91234567890",
    "https://acme.zoom.us/w/91234567890?tk=To-Ken&uuid=WN_x",
  ],
  [
    "https://app.zoom.us/wc/91234567890/join?fromPWA=1&pwd=AbC&_x_zm_rtaid=x",
    "zoom",
    "91234567890",
    "https://app.zoom.us/wc/91234567890/join?pwd=AbC",
    true,
  ],
  [
    "https://zoom.us/wc/join/91234567890",
    "zoom",
    "91234567890",
    "https://zoom.us/wc/join/91234567890",
  ],
  [
    "https://acme.zoom.us/my/Ada.Lovelace?pwd=x",
    "zoom",
    "/my/ada.lovelace",
    "https://acme.zoom.us/my/Ada.Lovelace?pwd=x",
    true,
  ],
  [
    "https://exascale.zoomgov.com/j/1602639518?pwd=ZnI1RW",
    "zoom",
    "zoomgov.com:1602639518",
    "https://exascale.zoomgov.com/j/1602639518?pwd=ZnI1RW",
    true,
  ],
  ["https://zoomgov.com/my/ada", "zoom", "zoomgov.com:/my/ada", "https://zoomgov.com/my/ada"],
];

const THREAD = "19:meeting_MjdhNjM4YzUtYzExZi00OTFk@thread.v2";
const ENCODED = encodeURIComponent(THREAD);
const JOIN = `https://teams.microsoft.com/l/meetup-join/${ENCODED}/0`;
const CONTEXT = encodeURIComponent('{"Tid":"2d538e64","Oid":"cf032064"}');
const LOWER = (text: string) => text.replace(/%../g, (octet) => octet.toLowerCase());
const LAUNCHER = "/dl/launcher/launcher.html?url=";
const LAUNCHED = "&type=meetup-join&deeplinkId=x&directDl=true&msLaunch=true&suppressPrompt=true";

/** Meetings of channels and chats: the thread, the message, and how the thread is written in links. */
const THREADS: [thread: string, message: string][] = [
  ["19:d8aa162230c14a67a10243ac2f75d98d@thread.tacv2", "1582550743118"],
  ["19:ACCwkZlMB2VUyGLZaWGvyIz5zMFC_GblQMCnw9d41qs1@thread.tacv2", "1695047924859"],
  ["19:cd9ce3da56624fe69c9d7cd026f9126d@thread.skype", "1509579179399"],
  ["19:978e3806-38a4_bdf9c93b-12ea@unq.gbl.spaces", "1744100380572"],
  ["19:94961b6eacc04e2392e34709c66cb610@thread.v2", "1744100380572"],
];

/** Links of Microsoft Teams. */
export const TEAMS: LinkTable = [
  ...oneMeeting(
    [
      "https://teams.microsoft.com/meet/9345678901234?p=AbC",
      "https://teams.microsoft.com/meet/9345678901234/?p=AbC&anon=true",
      "https://teams.microsoft.com/v2/#/meet/9345678901234?p=AbC",
      "https://teams.microsoft.com/v2/meet/9345678901234?p=AbC",
      `https://teams.microsoft.com${LAUNCHER}%2F_%23%2Fmeet%2F9345678901234%3Fp%3DAbC%26anon%3Dtrue&type=meet`,
    ],
    "microsoft",
    "9345678901234",
    "https://teams.microsoft.com/meet/9345678901234?p=AbC",
    true,
  ),
  ...["teams.live.com", "teams.cloud.microsoft"].map((host): LinkTable[number] => [
    `https://${host}/meet/9345678901234`,
    "microsoft",
    "9345678901234",
    `https://${host}/meet/9345678901234`,
  ]),
  ...oneMeeting(
    [
      JOIN,
      LOWER(JOIN),
      JOIN.slice(0, -2),
      `${JOIN}/`,
      `https://teams.microsoft.com/l/meetup-join/${THREAD}/0`,
      `https://teams.microsoft.com/_#/l/meetup-join/${THREAD}/0`,
      `https://teams.microsoft.com/v2/?meetingjoin=true#/l/meetup-join/${ENCODED}/0`,
    ],
    "microsoft",
    THREAD,
    JOIN,
  ),
  ...oneMeeting(
    [
      `${JOIN}?context=${CONTEXT}`,
      `${LOWER(JOIN)}?context=${LOWER(CONTEXT)}&anon=true`,
      `https://teams.microsoft.com/l/meetup-join/${THREAD}/0?context=${decodeURIComponent(CONTEXT)}`,
      JOIN.replaceAll("%", "%25").concat("?context=", CONTEXT.replaceAll("%", "%25")),
      `https://teams.microsoft.com${LAUNCHER}${encodeURIComponent(`/_#/l/meetup-join/${LOWER(ENCODED)}/0?context=${LOWER(CONTEXT)}&anon=true`)}${LAUNCHED}`,
      `https://teams.microsoft.com${LAUNCHER}${encodeURIComponent(`/_#/l/meetup-join/${THREAD}/0?context=${CONTEXT}`)}${LAUNCHED}`,
      `https://teams.microsoft.com${LAUNCHER}/_#/l/meetup-join/${THREAD}/0?context=${CONTEXT}`,
    ],
    "microsoft",
    THREAD,
    `${JOIN}?context=${CONTEXT}`,
  ),
  ...THREADS.flatMap(([thread, message]): LinkTable => {
    const encoded = encodeURIComponent(thread);
    const link = (route: string) => `https://teams.microsoft.com/l/meetup-join/${route}/${message}`;
    return oneMeeting(
      [thread, encoded, LOWER(encoded), encoded.replaceAll("%", "%25")].map(link),
      "microsoft",
      `${thread}/${message}`,
      link(encoded),
    );
  }),
  ...["gov.teams.microsoft.us", "dod.teams.microsoft.us"].flatMap(
    (host): LinkTable => [
      [
        `https://${host}/l/meetup-join/${ENCODED}/0`,
        "microsoft",
        `${host}:${THREAD}`,
        `https://${host}/l/meetup-join/${ENCODED}/0`,
      ],
      [
        `https://${host}/meet/9345678901234?p=AbC`,
        "microsoft",
        `${host}:9345678901234`,
        `https://${host}/meet/9345678901234?p=AbC`,
        true,
      ],
    ],
  ),
  [
    "https://dod.teams.microsoft.us/l/meetup-join/19%3adod%3ameeting_027b8f8c%40thread.v2/0",
    "microsoft",
    "dod.teams.microsoft.us:19:dod:meeting_027b8f8c@thread.v2",
    "https://dod.teams.microsoft.us/l/meetup-join/19%3Adod%3Ameeting_027b8f8c%40thread.v2/0",
  ],
];

const ZOOM_ENCODED = encodeURIComponent(ZOOM_LINK);

/** Links with something around them. */
export const WRAPPED: LinkTable = [
  ...oneMeeting(
    [
      "http://meet.google.com/abc-defg-hij",
      "HTTP://meet.google.com/abc-defg-hij",
      "meet.google.com/abc-defg-hij",
      "Meet.Google.com/abc-defg-hij",
      `<${MEET}>`,
      `< ${MEET} >`,
      `  ${MEET} `,
      `\u00a0\ufeff${MEET}\u200b\u3000`,
      `${MEET}>`,
      "<meet.google.com/abc-defg-hij>",
    ],
    "google",
    "abc-defg-hij",
    MEET,
  ),
  ...oneMeeting(
    [
      "https://us02web.zoom.us/j/91234567890?uname=x&amp;pwd=AbC%2BdEf.1",
      "https://us02web.zoom.us/j/91234567890?uname=x&amp;amp;pwd=AbC%2BdEf.1",
      `<${ZOOM_LINK}>`,
      `${ZOOM_LINK}>`,
      ZOOM_LINK.replace("https://", ""),
      `https://eur01.safelinks.protection.outlook.com/?url=${ZOOM_ENCODED}&data=05%7C02%7Cada%40acme.com&reserved=0`,
      `https://nam02.safelinks.protection.outlook.com/ap/t-59584e83/?url=${ZOOM_ENCODED}&amp;data=x`,
      `https://usg02.safelinks.protection.office365.us/?url=${ZOOM_ENCODED}`,
      `https://statics.teams.cdn.office.net/evergreen-assets/safelinks/1/atp-safelinks.html?url=${ZOOM_ENCODED}&locale=en-us`,
      `https://www.google.com/url?q=${ZOOM_ENCODED}&sa=D&source=calendar&ust=1&usg=x`,
      `https://google.com/url?sa=t&url=${ZOOM_ENCODED}`,
    ],
    "zoom",
    "91234567890",
    ZOOM_LINK,
    true,
  ),
  [
    "http://www.google.com/url?q=https://zoom.us/j/91234567890?pwd=a+b&sa=D",
    "zoom",
    "91234567890",
    "https://zoom.us/j/91234567890?pwd=a+b",
    true,
  ],
  [
    `https://eur01.safelinks.protection.outlook.com/?url=${encodeURIComponent(`${JOIN}?context=${CONTEXT}`)}`,
    "microsoft",
    THREAD,
    `${JOIN}?context=${CONTEXT}`,
  ],
];
