// Read by svelte-check and the editor; the build reads vite.config.ts.
import { vitePreprocess } from "@sveltejs/vite-plugin-svelte";

export default { preprocess: vitePreprocess() };
