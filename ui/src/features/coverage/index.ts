export { default as Brief } from "./Brief.svelte";
export { default } from "./Coverage.svelte";
