// A picture that was pasted, as the core takes it.

/** The bytes of a file as base64, without the prefix of a `data:` address. */
export function base64Of(file: Blob): Promise<string> {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(typeof reader.result === "string" ? reader.result.slice(reader.result.indexOf(",") + 1) : "");
    reader.onerror = () => failed(reader.error ?? new Error("the picture could not be read"));
    reader.readAsDataURL(file);
  });
}
