// Words of the shared components.
export default {
  "field.showPassphrase": "Show passphrase",
  "field.hidePassphrase": "Hide passphrase",
  "toast.close": "Close this message",
  "toast.undo": "Undo",
  "error.details": "Details",
  "error.copy": "Copy the report {code}",
  "clipboard.copied": "Copied",
  "clipboard.failed": "Not copied: the desktop did not allow it",
  "strength.label": "Passphrase strength",
  "strength.none": "Nothing typed yet",
  "strength.first": "Several words that do not belong together are strong.",
  "strength.weak": "Weak",
  "strength.fair": "Fair",
  "strength.good": "Good",
  "strength.strong": "Strong",
};
