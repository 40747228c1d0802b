// Words that several pages share.
export default {
  "common.tryAgain": "Try again",
  "common.cancel": "Cancel",
  "common.close": "Close",
  "common.closeDetails": "Close details",
  "common.saved": "Saved as {place}",
  "common.any": "any",
};
