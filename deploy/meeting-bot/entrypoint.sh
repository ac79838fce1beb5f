#!/bin/sh
# Runs the meeting bot, the arguments being its command, until
#   - it exits by itself: its exit code is ours;
#   - STOP_FILE appears, written by the manager on the shared volume: the bot has no leave call, and one
#     container cannot signal another;
#   - the platform sends SIGTERM.
# In the last two cases the bot's process group gets SIGTERM, and SIGKILL STOP_GRACE_SECONDS (5) later: on
# SIGTERM alone the bot waits for the end of its meeting. The exit code is then 0. The grace has to stay well
# below the ten seconds that Cloud Run gives.
set -u
: "${STOP_FILE:?is not set: the file whose appearance stops the bot}"
grace_tenths=$((${STOP_GRACE_SECONDS:-5} * 10))

# Whether anything of the bot is left. The group's id is its first process's.
alive() {
  kill -s 0 -- "-$bot" 2>/dev/null
}

stop() {
  trap '' TERM INT
  kill "$watcher" 2>/dev/null
  kill -s TERM -- "-$bot" 2>/dev/null
  while alive && [ "$grace_tenths" -gt 0 ]; do
    sleep 0.1
    grace_tenths=$((grace_tenths - 1))
  done
  kill -s KILL -- "-$bot" 2>/dev/null
  exit 0
}

watch() {
  while [ ! -e "$STOP_FILE" ]; do sleep 0.5; done
  kill -s TERM $$
}

[ -e "$STOP_FILE" ] && exit 0

# Its own session, so that the group's signals reach Chrome and ffmpeg and do not reach this shell.
setsid "$@" &
bot=$!
watch &
watcher=$!
trap stop TERM INT

wait "$bot"
code=$?
kill "$watcher" 2>/dev/null
kill -s KILL -- "-$bot" 2>/dev/null
exit "$code"
