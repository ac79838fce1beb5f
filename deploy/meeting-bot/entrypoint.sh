#!/bin/sh
# Runs the meeting bot, the arguments being its command, until
#   - it exits by itself, for whatever reason: its exit code is printed, not passed on, since a container that
#     fails may take the manager along, which still has to store what was recorded;
#   - STOP_FILE appears, written by the manager on the shared volume: the bot has no leave call, and one
#     container cannot signal another;
#   - the platform sends SIGTERM.
# In the last two cases the bot's process group gets SIGTERM, and SIGKILL STOP_GRACE_SECONDS (5) later: on
# SIGTERM alone the bot waits for the end of its meeting. The grace has to stay well below the ten seconds that
# Cloud Run gives. The exit code is always 0.
set -u
: "${STOP_FILE:?is not set: the file whose appearance stops the bot}"
grace=${STOP_GRACE_SECONDS:-5}
bot=
watcher=

stop() {
  trap '' TERM INT
  # The signal may come between the start of the bot and the next command.
  bot=${bot:-${!:-}}
  [ -n "$bot" ] || exit 0
  # For a moment the bot is there and has no group yet.
  signal_bot TERM || kill -s TERM "$bot" 2>/dev/null
  deadline=$(($(date +%s) + grace))
  while signal_bot 0 && [ "$(date +%s)" -le "$deadline" ]; do sleep 0.2; done
  finish
}

# Sends a signal to all that is left of the bot; fails when nothing is. The group's id is its first process's.
signal_bot() {
  kill -s "$1" -- "-$bot" 2>/dev/null
}

finish() {
  [ -z "$watcher" ] || kill "$watcher" 2>/dev/null
  signal_bot KILL
  exit 0
}

# Ends with this script in any case: a bot that exits at once is faster than the watcher, which may miss the
# signal that should end it.
watch() {
  while kill -0 $$ 2>/dev/null; do
    [ ! -e "$STOP_FILE" ] || kill -s TERM $$
    sleep 0.5
  done
}

[ -e "$STOP_FILE" ] && exit 0
trap stop TERM INT

# Its own session, so that the group's signals reach Chrome and ffmpeg and do not reach this shell.
setsid "$@" &
bot=$!
watch &
watcher=$!

wait "$bot"
echo "The meeting bot exited with code $?."
finish
